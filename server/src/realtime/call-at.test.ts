import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { callAt } from './call-at.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('calls at a time that is further away than a timer can wait, and not before', () => {
  const called = vi.fn<() => void>()
  const afterMs = 3 * 2_147_483_647
  callAt(Date.now() + afterMs, called)
  vi.advanceTimersByTime(afterMs - 1)
  expect(called).not.toHaveBeenCalled()
  vi.advanceTimersByTime(1)
  expect(called).toHaveBeenCalledTimes(1)
})

it('takes a time that is over for now', () => {
  const called = vi.fn<() => void>()
  callAt(0, called)
  vi.advanceTimersByTime(1)
  expect(called).toHaveBeenCalledTimes(1)
})

it('can be called off, at any of its turns', () => {
  const called = vi.fn<() => void>()
  const callOff = callAt(Date.now() + 5_000_000_000, called)
  vi.advanceTimersByTime(3_000_000_000)
  callOff()
  expect(vi.getTimerCount()).toBe(0)
})
