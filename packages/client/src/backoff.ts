/** How long a client waits between two attempts to connect. */
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

/** Longest wait that a server may ask for: by then it is worth another look. */
const MAX_HINT_MS = 300_000

/**
 * How long to wait before the attempt after `attempts` failed ones, or longer where the server asked for it: then up to
 * 10 % longer than that, since it names the same moment to many clients.
 */
export function backoffDelayMs(
  attempts: number,
  options: BackoffOptions & { retryAfterMs?: number | undefined } = {},
  random = Math.random(),
): number {
  const { minMs = 1_000, maxMs = 30_000, jitter = 0.1, retryAfterMs = 0 } = options
  const delayMs = Math.min(maxMs, minMs * 2 ** (attempts - 1)) * (1 - jitter * random)
  const hintMs = Math.min(retryAfterMs, MAX_HINT_MS) * (1 + 0.1 * random)
  return Math.round(Math.max(delayMs, hintMs))
}
