/** What one look at a worker and its queue has shown. */
export interface Look {
  /** By a clock that never goes back, in milliseconds. */
  atMs: number
  /** Turns that wait for nobody but a worker; undefined where the queue could not be asked. */
  waiting: number | undefined
  /** Turns that the worker has taken since its start. */
  taken: number
  /** The worker could take one more. */
  hasFreeSlot: boolean
}

/** A worker that had a free slot beside waiting turns at every look since a time, and has taken none. */
export interface Suspicion {
  sinceMs: number
  lastLookMs: number
  taken: number
}

/** Looks that are further apart than so many intervals prove nothing of the time between: the process was suspended, or busy. */
const MISSED_LOOKS = 3

/**
 * What is to be thought of a worker after one more look. Anything that explains why it takes nothing ends a suspicion: no turn waits, it
 * is full, it has taken one, the queue can't be asked, or nobody has looked for a while.
 */
export function suspect(
  before: Suspicion | undefined,
  { atMs, waiting, taken, hasFreeSlot }: Look,
  intervalMs: number,
): Suspicion | undefined {
  if (waiting === undefined || waiting === 0 || !hasFreeSlot) return undefined
  const goesOn =
    before !== undefined && before.taken === taken && atMs - before.lastLookMs <= intervalMs * MISSED_LOOKS
  return { sinceMs: goesOn ? before.sinceMs : atMs, lastLookMs: atMs, taken }
}
