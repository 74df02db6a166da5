export interface BackoffOptions {
  /**
   * Wait before the second attempt, in milliseconds; it doubles with each further one.
   *
   * @default 1_000
   */
  minMs?: number
  /**
   * Longest wait, in milliseconds.
   *
   * @default 30_000
   */
  maxMs?: number
  /**
   * Share of the wait that is left to chance, so that clients that lost the same server do not come back as one:
   * 0.1 waits 90 to 100 %, 1 is full jitter.
   *
   * @default 0.1
   */
  jitter?: number
}

/** How long to wait before the attempt after `attempts` failed ones; `random` is in [0, 1). */
export function backoffDelayMs(attempts: number, random: number, options: BackoffOptions = {}): number {
  const { minMs = 1_000, maxMs = 30_000, jitter = 0.1 } = options
  const delayMs = Math.min(maxMs, minMs * 2 ** Math.max(0, attempts - 1))
  return Math.round(delayMs * (1 - jitter * random))
}

/** A wait that the server asked for, and up to 10 % more: it names the same moment to many clients. */
export function hintedDelayMs(retryAfterMs: number, random: number): number {
  return Math.round(retryAfterMs * (1 + 0.1 * random))
}
