import type { JobFollower } from './job-follower.ts'
import { keepNewest } from './keep-newest.ts'

/** Numbers remembered per channel: more than a channel keeps for replay, so a replay never looks unseen. */
const MAX_SEEN = 512

/**
 * Where a message belongs:
 * - `next`: it follows the cursor.
 * - `duplicate`: this very message was seen.
 * - `astray`: something before it was missed, or it was written over what the cursor stands on, or there is no cursor
 *   yet; only the server can tell. What it then sends from the cursor on brings the message again.
 */
export type Place = 'next' | 'duplicate' | 'astray'

/**
 * Reads one channel in order: each durable message once, none skipped in silence.
 *
 *   undefined ── snapshot, ready ──▶ cursor ── next ──▶ cursor …
 *                                      │
 *                                      └── astray ──▶ ask the server ──▶ next … or a new start
 */
export class ChannelReader {
  /** Last `seq` delivered or covered by a snapshot; undefined until a snapshot or the server's `ready` gives one. */
  cursor: number | undefined
  /** The largest `seq` that has come astray since the server was asked last. */
  newestAstray = 0
  /** Keeps the channel followed where it is a job's. */
  follower: JobFollower | undefined
  readonly #seen = new Map<number, number>()

  constructor(cursor?: number) {
    this.cursor = cursor
  }

  /** Places a message; the cursor moves on to it where it is the next one. */
  take({ seq, prev }: { seq: number; prev: number }): Place {
    if (this.#seen.get(seq) === prev) return 'duplicate'
    if (prev !== this.cursor) {
      this.newestAstray = Math.max(this.newestAstray, seq)
      return 'astray'
    }
    this.cursor = seq
    keepNewest(this.#seen.set(seq, prev), MAX_SEEN)
    return 'next'
  }
}
