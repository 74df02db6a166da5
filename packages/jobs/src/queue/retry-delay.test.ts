import { expect, it } from 'vitest'
import { retryDelayMs } from './retry-delay.ts'

it('doubles with each failure, up to a minute', () => {
  expect([1, 2, 3, 4, 10, 1000].map((failures) => retryDelayMs(failures, 1))).toEqual([
    1000, 2000, 4000, 8000, 60_000, 60_000,
  ])
})

it('spreads over the upper half', () => {
  expect(retryDelayMs(2, 0)).toBe(1000)
  expect(retryDelayMs(2, 0.5)).toBe(1500)
})
