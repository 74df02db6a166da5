/** Shortest time between two runs, also where what has ended can't be dealt with. */
export const SHORTEST_DELAY_MS = 1_000

/** A run just before the end finds nothing. */
const PAST_THE_END_MS = 100

/** Longest time between two looks: a lease that began after a look is seen before it has ended. */
const LONGEST_LOOK_MS = 5_000

/** When the reconciler looks next, in milliseconds from now: when its run is due, or just after the first end. */
export function reconcilerDelayMs({
  intervalMs,
  firstEndMs,
}: {
  /** Until its next run is due. */
  intervalMs: number
  /** From now until the first lease ends or question expires; undefined when no job runs or waits. */
  firstEndMs: number | undefined
}): number {
  const lookMs = Math.min(LONGEST_LOOK_MS, Math.max(0, intervalMs))
  if (firstEndMs === undefined) return lookMs
  return Math.min(lookMs, Math.max(SHORTEST_DELAY_MS, firstEndMs + PAST_THE_END_MS))
}
