import { describe, expect, it } from 'vitest'
import { SHORTEST_DELAY_MS, reconcilerDelayMs } from './reconciler-delay.ts'

describe('reconcilerDelayMs', () => {
  it.each([
    ['soon when no job runs or waits, for one may begin', 30_000, undefined, 5_000],
    ['soon when every lease ends later', 30_000, 60_000, 5_000],
    ['when its run is due', 2_000, 60_000, 2_000],
    ['just after the first lease ends', 30_000, 3_000, 3_100],
    ['soon, and not at once, for a lease that has ended', 30_000, -5_000, SHORTEST_DELAY_MS],
  ])('comes %s', (_, intervalMs, firstEndMs, expected) => {
    expect(reconcilerDelayMs({ intervalMs, firstEndMs })).toBe(expected)
  })
})
