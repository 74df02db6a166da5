const FIRST_DELAY_MS = 1000
const MAX_DELAY_MS = 60_000

/**
 * How long a job waits before its next attempt, in milliseconds: doubled with each failure, and spread over the upper half, so
 * that jobs which failed together do not come back together.
 *
 * @param failures failed attempts so far, from 1
 * @param random from 0 to 1
 */
export function retryDelayMs(failures: number, random: number): number {
  const full = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), MAX_DELAY_MS)
  return Math.round(full * (0.5 + random / 2))
}
