const FIRST_DELAY_MS = 500
const MAX_DELAY_MS = 30_000

/**
 * How long an exclusive job waits before it looks again whether another one of its user has ended, in milliseconds: doubled each time,
 * spread over the upper half. It gets its turn when that one ends; this is for when the word of it is lost.
 *
 * @param count how often it has looked, from 1
 * @param random from 0 to 1
 */
export function busyDelayMs(count: number, random: number): number {
  const full = Math.min(FIRST_DELAY_MS * 2 ** Math.min(count - 1, 10), MAX_DELAY_MS)
  return Math.round(full * (0.5 + random / 2))
}
