import type { WebSocketMessage } from '@headway/events'

/** A message with a place in its channel. */
export type DurableMessage = WebSocketMessage & { seq: number; prev: number }

/**
 * Where a reader stands in a channel.
 *
 *   undefined ── start(seq) ──▶ cursor ── next ──▶ cursor …
 *                                 │
 *                                 └── gap, rewritten ──▶ ask the server ──▶ next … or a new start
 */
export interface Position {
  /** Last `seq` that the reader has; undefined until a snapshot or the server's `ready` gave one. */
  readonly cursor: number | undefined
  /** `prev` of each number really seen, the newest of them. */
  readonly seen: ReadonlyMap<number, number>
}

/**
 * Where a message belongs:
 * - `next`: it follows the cursor; deliver it.
 * - `duplicate`: this very message was seen.
 * - `early`: there is no cursor yet; keep it until there is one.
 * - `gap`: something between the cursor and it was missed; keep it and resume from the cursor.
 * - `rewritten`: at or below the cursor, yet never seen: the log may have been rewritten; only the server can tell.
 */
export type Placement = 'next' | 'duplicate' | 'early' | 'gap' | 'rewritten'

export function placeMessage(position: Position, message: { seq: number; prev: number }): Placement {
  const { cursor, seen } = position
  if (seen.get(message.seq) === message.prev) return 'duplicate'
  if (cursor === undefined) return 'early'
  if (message.seq <= cursor) return 'rewritten'
  return message.prev === cursor ? 'next' : 'gap'
}
