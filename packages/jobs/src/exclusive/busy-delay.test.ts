import { expect, it } from 'vitest'
import { busyDelayMs } from './busy-delay.ts'

it('doubles up to a limit, spread over the upper half (J38)', () => {
  expect([1, 2, 3, 20, 5000].map((count) => busyDelayMs(count, 1))).toEqual([500, 1000, 2000, 30_000, 30_000])
  expect(busyDelayMs(1, 0)).toBe(250)
})
