import type { ResyncReason } from '@headway/events'

/** A message kept in the log. */
export interface LogEntry {
  seq: number
  prev: number
  /** The finished packet text: `["event",{…}]`. */
  text: string
}

/** What a read of a channel saw, in one moment. */
export interface LogReading {
  /** Newest seq. */
  head: number
  /** Where the log began. */
  genesis: number
  /** Redis time in microseconds. */
  now: number
  /** `prev` of the oldest message kept, however old; undefined for an empty log. */
  oldestPrev: number | undefined
  /** The cursor is the seq of a message kept. */
  isCursorKept: boolean
  /** Messages behind the cursor that are within the age limit. */
  entries: LogEntry[]
}

/** Outcome of reading after a cursor: all that was missed, or the word that it can't be told. Never a part. */
export type ReplayOutcome =
  | { outcome: 'current'; head: number }
  | { outcome: 'replay'; head: number; entries: LogEntry[] }
  | { outcome: 'resync'; head: number; reason: ResyncReason }

/** Decides what a cursor has missed (the replay rule). `maxAgeMs` is the age limit of the log. */
export function decideReplay(cursor: number, reading: LogReading, maxAgeMs: number): ReplayOutcome {
  const { head, entries } = reading
  if (cursor === head) return { outcome: 'current', head }
  if (entries[0]?.prev === cursor) return { outcome: 'replay', head, entries }
  // A cursor within what is kept that is no message of it was made by a log that is gone.
  const isForeign = !reading.isCursorKept && reading.oldestPrev !== undefined && cursor > reading.oldestPrev
  return { outcome: 'resync', head, reason: isForeign ? 'lost' : whyUnfillable(cursor, reading, maxAgeMs) }
}

/**
 * Decides what a client has missed that only knows the time of its last event: what follows the first message
 * of that time, else everything from the first later one, unless something before that may be missing.
 */
export function decideReplaySince(timestampMs: number, reading: LogReading, maxAgeMs: number): ReplayOutcome {
  const { head, entries } = reading
  const times = entries.map((entry) => timestampOf(entry))
  const same = times.indexOf(timestampMs)
  const first = same >= 0 ? same + 1 : times.findIndex((time) => time > timestampMs)
  const missed = first < 0 ? [] : entries.slice(first)
  const isBeginningKnown = first > 0 || (first < 0 && entries.length > 0)
  if (!isBeginningKnown && !isNothingBefore(timestampMs, entries[0]?.prev ?? head, reading.genesis)) {
    return { outcome: 'resync', head, reason: whyUnfillable(timestampMs * 1_000, reading, maxAgeMs) }
  }
  return missed.length === 0 ? { outcome: 'current', head } : { outcome: 'replay', head, entries: missed }
}

/**
 * True if no message up to `seq`, the last one not kept, can be later than the time. A seq is a time in
 * microseconds; one of the same millisecond can't be told apart, unless it is the genesis, which is no message.
 */
function isNothingBefore(timestampMs: number, seq: number, genesis: number): boolean {
  const seqMs = Math.floor(seq / 1_000)
  return seq === genesis ? seqMs <= timestampMs : seqMs < timestampMs
}

function whyUnfillable(cursor: number, reading: LogReading, maxAgeMs: number): ResyncReason {
  const { head, genesis, now } = reading
  if (cursor > head || cursor < genesis) return 'lost'
  return cursor < now - maxAgeMs * 1_000 ? 'aged' : 'trimmed'
}

function timestampOf(entry: LogEntry): number {
  const [, message] = JSON.parse(entry.text) as [string, { timestamp: string }]
  return Date.parse(message.timestamp)
}
