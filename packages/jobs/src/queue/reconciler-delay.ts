/** Shortest time between two runs, also where an ended lease can't be dealt with. */
export const SHORTEST_DELAY_MS = 1_000

/** A run just before a lease ends finds nothing. */
const PAST_THE_END_MS = 100

/** When the reconciler runs next, in milliseconds from now: in its interval, or just after the first lease ends. */
export function reconcilerDelayMs({
  intervalMs,
  leaseEndMs,
}: {
  intervalMs: number
  /** From now; undefined when no job runs. */
  leaseEndMs: number | undefined
}): number {
  if (leaseEndMs === undefined) return intervalMs
  return Math.min(intervalMs, Math.max(SHORTEST_DELAY_MS, leaseEndMs + PAST_THE_END_MS))
}
