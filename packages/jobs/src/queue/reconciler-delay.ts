/** Shortest time between two runs, also where an ended lease can't be dealt with. */
export const SHORTEST_DELAY_MS = 1_000

/** A run just before a lease ends finds nothing. */
const PAST_THE_END_MS = 100

/** Longest time between two looks at the leases: one that began after a look is seen before it has ended. */
const LONGEST_LOOK_MS = 5_000

/** When the reconciler looks next, in milliseconds from now: when its run is due, or just after the first lease ends. */
export function reconcilerDelayMs({
  intervalMs,
  leaseEndMs,
}: {
  /** Until its next run is due. */
  intervalMs: number
  /** From now; undefined when no job runs. */
  leaseEndMs: number | undefined
}): number {
  const lookMs = Math.min(LONGEST_LOOK_MS, Math.max(0, intervalMs))
  if (leaseEndMs === undefined) return lookMs
  return Math.min(lookMs, Math.max(SHORTEST_DELAY_MS, leaseEndMs + PAST_THE_END_MS))
}
