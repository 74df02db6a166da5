import type { EventLog, ReplayOutcome } from '@headway/event-log'
import type { Resync } from '@headway/events'
import type { RealtimeObserver } from '../realtime-observer.ts'
import type { CatchUp } from './bring-to-front.ts'
import type { ChainFeed } from './chain-feed.ts'
import type { SocketWriter } from './socket-writer.ts'

/** Where a reader of a channel stands: its last seq, or only the time of its last message. */
export type ChainStart = { cursor: number } | { sinceMs: number }

export interface ChainCatchUpParts {
  eventLog: EventLog
  writer: SocketWriter
  observer?: RealtimeObserver | undefined
}

/** Sends one socket the messages that it misses. */
export class ChainCatchUp implements CatchUp {
  readonly #feed: ChainFeed
  readonly #eventLog: EventLog
  readonly #writer: SocketWriter
  readonly #observer: RealtimeObserver | undefined
  #start: ChainStart
  #outcome: ReplayOutcome | undefined
  #count = 0

  constructor(feed: ChainFeed, start: ChainStart, parts: ChainCatchUpParts) {
    this.#feed = feed
    this.#start = start
    this.#eventLog = parts.eventLog
    this.#writer = parts.writer
    this.#observer = parts.observer
  }

  /** How many messages were sent. */
  get count(): number {
    return this.#count
  }

  /** The last seq that the socket has, once something was read. */
  get seq(): number {
    return 'cursor' in this.#start ? this.#start.cursor : 0
  }

  async read(): Promise<void> {
    await this.#writer.drained()
    const { channel } = this.#feed
    this.#outcome =
      'cursor' in this.#start
        ? await this.#eventLog.readAfter(channel, this.#start.cursor)
        : await this.#eventLog.readSince(channel, this.#start.sinceMs)
  }

  send(): boolean {
    const outcome = this.#outcome
    if (!outcome) return false
    switch (outcome.outcome) {
      case 'current':
        return this.#arriveAt(outcome.head)
      case 'resync':
        this.#writer.resync(this.#resyncOf(outcome))
        this.#observer?.onResync(outcome.reason, 1)
        return this.#arriveAt(outcome.head)
      case 'replay':
        return this.#replay(outcome)
      default:
        return outcome satisfies never
    }
  }

  advanceRoom(): Promise<void> {
    return this.#feed.catchUp()
  }

  /** Entries beyond the room's place will come live. */
  #replay({ entries }: Extract<ReplayOutcome, { outcome: 'replay' }>): boolean {
    const forwarded = this.#feed.forwarded ?? 0
    const countBefore = this.#count
    let last = entries[0]?.prev ?? 0
    for (const entry of entries) {
      if (entry.seq > forwarded) break
      this.#writer.send(entry.text)
      this.#count += 1
      last = entry.seq
    }
    if (this.#count > countBefore) this.#observer?.onReplay(this.#count - countBefore)
    return this.#arriveAt(last)
  }

  #arriveAt(seq: number): boolean {
    this.#start = { cursor: seq }
    return seq === this.#feed.forwarded
  }

  #resyncOf({ head, reason }: Extract<ReplayOutcome, { outcome: 'resync' }>): Resync {
    return { channel: this.#feed.channel, seq: head, reason }
  }
}
