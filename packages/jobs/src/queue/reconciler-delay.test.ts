import { describe, expect, it } from 'vitest'
import { SHORTEST_DELAY_MS, reconcilerDelayMs } from './reconciler-delay.ts'

describe('reconcilerDelayMs', () => {
  it.each([
    ['in the interval when no job runs', undefined, 30_000],
    ['in the interval when every lease ends later', 60_000, 30_000],
    ['just after the first lease ends', 12_000, 12_100],
    ['soon, and not at once, for a lease that has ended', -5_000, SHORTEST_DELAY_MS],
  ])('comes %s', (_, leaseEndMs, expected) => {
    expect(reconcilerDelayMs({ intervalMs: 30_000, leaseEndMs })).toBe(expected)
  })
})
