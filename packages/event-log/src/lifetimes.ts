/** A head outlives its messages by days: a reader that comes back late is told so instead of starting anew. */
export const HEAD_TTL_SECONDS = 7 * 24 * 3_600

/** A once-mark lives for an hour, and always longer than the log's messages count. */
export function onceTtlSeconds(maxAgeMs: number): number {
  return Math.max(3_600, Math.ceil(maxAgeMs / 1_000) + 600)
}

/** A fence outlives any attempt; a lost one is raised again from Postgres. */
export const FENCE_TTL_SECONDS = 24 * 3_600

/** The text of a job while it runs, since its last append; after the end it is read from the store. */
export const TEXT_TTL_SECONDS = 24 * 3_600

/** How long a stored text stays in Redis for readers that are about to ask for it. */
export const STORED_TEXT_TTL_SECONDS = 60

export const PROGRESS_TTL_SECONDS = 24 * 3_600

/** A mark on a piece of text outlives a resent command and a caller that tries again; text comes too often to keep it longer. */
export const TEXT_ONCE_TTL_SECONDS = 120

/** The newest checkpoint of a job; Postgres has it too. */
export const CHECKPOINT_TTL_SECONDS = 24 * 3_600

/** Attempts that were offered; whoever offers one looks after it, so the list is never older than its newest offer. */
export const OFFER_TTL_SECONDS = 24 * 3_600

/** Who has taken an attempt is known for longer than it is looked after. */
export const TAKEN_TTL_SECONDS = 24 * 3_600

/** Reports that could not be read wait so long for somebody who looks at them. */
export const DEAD_REPORT_TTL_SECONDS = 7 * 24 * 3_600

/** The log lives a little longer than its messages count, and always shorter than its head. */
export function logTtlSeconds(maxAgeMs: number): number {
  return Math.min(Math.ceil(maxAgeMs / 1_000) + 60, HEAD_TTL_SECONDS - 60)
}
