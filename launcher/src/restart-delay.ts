const FIRST_DELAY_MS = 500
const LONGEST_DELAY_MS = 10_000

/** A program that ran this long was well: its next end counts as the first. */
export const HEALTHY_AFTER_MS = 60_000

/** How long to wait before a program that ended is started again, by how often it ended in a row. */
export function restartDelayMs(failures: number): number {
  return Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS)
}
