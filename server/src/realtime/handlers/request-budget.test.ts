import { expect, it } from 'vitest'
import { REQUEST_BURST, REQUESTS_PER_SECOND, RequestBudget } from './request-budget.ts'

it('allows a burst, then so many a second, and never saves up more than a burst', () => {
  let nowMs = 0
  const budget = new RequestBudget(() => nowMs)
  const takeAll = () => {
    let taken = 0
    while (budget.take()) taken += 1
    return taken
  }
  expect(takeAll()).toBe(REQUEST_BURST)
  nowMs += 1_000
  expect(takeAll()).toBe(REQUESTS_PER_SECOND)
  nowMs += 1_000_000
  expect(takeAll()).toBe(REQUEST_BURST)
})
