import type { Channel, OutgoingMessage, ResyncReason, WebSocketMessage } from '@headway/events'

/** A message with its place in the log. */
export type DurableMessage = WebSocketMessage & { seq: number; prev: number }

/** What a client has missed, or the word that it can't be told. Never a part. */
export type Replay =
  | { outcome: 'replay'; messages: readonly DurableMessage[] }
  | { outcome: 'resync'; reason: ResyncReason }

/** How much a channel keeps, as a deployment's settings say it. */
export interface LogLimits {
  /** Messages per channel. @default 200 */
  readonly maxSize: number
  /** In milliseconds. @default 300_000 */
  readonly maxAgeMs: number
}

/** One channel: numbers its messages, and knows what a cursor has missed (the replay rule of the protocol). */
export class ChannelLog {
  readonly channel: Channel
  readonly #limits: LogLimits
  readonly #clock: () => number
  #messages: DurableMessage[] = []
  #genesis: number
  #head: number

  /** @param clock microseconds, never the same twice */
  constructor(channel: Channel, limits: LogLimits, clock: () => number) {
    this.channel = channel
    this.#limits = limits
    this.#clock = clock
    this.#genesis = this.#head = clock()
  }

  /** Newest seq. */
  get head(): number {
    return this.#head
  }

  append({ type, payload, timestamp }: OutgoingMessage): DurableMessage {
    const prev = this.#head
    this.#head = Math.max(this.#clock(), prev + 1)
    const place = { channel: this.channel, seq: this.#head, prev }
    const message = { type, payload, timestamp: timestamp ?? new Date().toISOString(), ...place }
    this.#messages = [...this.#messages, message as DurableMessage].slice(-this.#limits.maxSize)
    return message as DurableMessage
  }

  readAfter(cursor: number): Replay {
    if (cursor === this.#head) return { outcome: 'replay', messages: [] }
    const messages = this.#kept().filter(({ seq }) => seq > cursor)
    if (messages[0]?.prev === cursor) return { outcome: 'replay', messages }
    return { outcome: 'resync', reason: this.#whyLost(cursor) }
  }

  /** For clients that know only the time of their last message: what follows the first one of that time, else all later ones. */
  readSince(timeMs: number): Replay {
    const messages = this.#kept()
    const times = messages.map(({ timestamp }) => Date.parse(timestamp))
    const same = times.indexOf(timeMs)
    const first = same >= 0 ? same + 1 : times.findIndex((time) => time > timeMs)
    const isBeginningKnown = first > 0 || (first < 0 && messages.length > 0)
    if (!isBeginningKnown && !this.#isNothingBefore(timeMs, messages[0]?.prev ?? this.#head)) {
      return { outcome: 'resync', reason: this.#whyUnfillable(timeMs * 1_000) }
    }
    return { outcome: 'replay', messages: first < 0 ? [] : messages.slice(first) }
  }

  /** Begins anew, as after a flush: no cursor fits any more. */
  wipe(): void {
    this.#messages = []
    this.#genesis = this.#head = Math.max(this.#clock(), this.#head + 1)
  }

  /** Messages within the age limit: a later one is kept for as long as those before it. */
  #kept(): DurableMessage[] {
    const oldest = (Date.now() - this.#limits.maxAgeMs) * 1_000
    return this.#messages.filter(({ seq }) => seq >= oldest)
  }

  #whyLost(cursor: number): ResyncReason {
    const oldest = this.#messages[0]
    const isKept = this.#messages.some(({ seq }) => seq === cursor)
    // Within what is kept, and no message of it: another log made it.
    if (oldest && cursor > oldest.prev && !isKept) return 'lost'
    return this.#whyUnfillable(cursor)
  }

  #whyUnfillable(cursor: number): ResyncReason {
    if (cursor > this.#head || cursor < this.#genesis) return 'lost'
    return cursor < (Date.now() - this.#limits.maxAgeMs) * 1_000 ? 'aged' : 'trimmed'
  }

  /** A seq is a time in microseconds; one of the same millisecond can't be told apart, unless it is the genesis, which is no message. */
  #isNothingBefore(timeMs: number, seq: number): boolean {
    const seqMs = Math.floor(seq / 1_000)
    return seq === this.#genesis ? seqMs <= timeMs : seqMs < timeMs
  }
}
