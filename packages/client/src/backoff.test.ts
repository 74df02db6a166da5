import { describe, expect, it } from 'vitest'
import { backoffDelayMs } from './backoff.ts'

describe('backoffDelayMs (C3)', () => {
  it('doubles from a second to half a minute', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 50].map((attempts) => backoffDelayMs(attempts, {}, 0))
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
  })

  it('leaves up to 10 % to chance, or all of it', () => {
    expect(backoffDelayMs(3, {}, 0.999_9)).toBe(3_600)
    expect(backoffDelayMs(3, { jitter: 1 }, 0.75)).toBe(1_000)
  })

  it('is as long as the server asked for at least', () => {
    expect(backoffDelayMs(1, { retryAfterMs: 7_000 }, 0)).toBe(7_000)
    expect(backoffDelayMs(5, { retryAfterMs: 7_000 }, 0)).toBe(16_000)
    expect(backoffDelayMs(1, { retryAfterMs: 0 }, 0)).toBe(1_000)
  })

  it('never comes back before the server wants it', () => {
    expect(backoffDelayMs(1, { minMs: 0, retryAfterMs: 5_000 }, 0)).toBe(5_000)
    expect(backoffDelayMs(1, { minMs: 0, retryAfterMs: 5_000 }, 0.999_9)).toBe(5_500)
  })

  it('takes five minutes for the longest that a server can mean', () => {
    expect(backoffDelayMs(1, { retryAfterMs: 2 ** 32 }, 0)).toBe(300_000)
  })
})
