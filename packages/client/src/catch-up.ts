import { isDurableMessage, jobIdOf, type Ready, type Resync, type WebSocketMessage } from '@headway/events'
import { abortableDelay } from './abortable-delay.ts'
import { backoffDelayMs } from './backoff.ts'
import { ChannelReader, type Reading } from './channel-reader.ts'
import type { Connection } from './connection.ts'

/** Head of each followed channel, and the length of its text where it is a job's. */
type Heads = Record<string, { seq: number; textEnd?: number }>

export interface CatchUpHandlers {
  request: Connection['request']
  deliver: (message: WebSocketMessage) => void
  /** A gap could not be filled; the cursor already stands at `resync.seq`. */
  onResync: (resync: Resync) => void
  /** The server does not send this channel although it should. */
  onNotFollowed: (channel: string) => void
  /** The heads of all channels, and how long it took to have them. */
  onHeads: (heads: Heads, latencyMs: number) => void
  /** The connection stands but the server does not answer. */
  onUnanswered: (reason: string) => void
  /** A gap was filled with so many messages. */
  onHealed: (count: number) => void
  /** A catch-up began or ended. */
  onChange: () => void
}

/** The check's entry among the channels that are being healed; no channel has this name. */
const CHECK = ''

/**
 * Reads all channels of a client and fills their gaps: whatever does not follow a cursor makes the server replay
 * from that cursor, until the chain is whole again or the server says that it can't be.
 */
export class CatchUp {
  readonly #handlers: CatchUpHandlers
  readonly #readers = new Map<string, ChannelReader>()
  readonly #healing = new Set<string>()
  #session = new AbortController()

  constructor(handlers: CatchUpHandlers) {
    this.#handlers = handlers
  }

  /** Gaps that are being filled. */
  get underWay(): number {
    return this.#healing.size
  }

  /** The cursor of each channel that has one: what the next handshake sends. */
  cursors(): Record<string, number> {
    const cursors: Record<string, number> = {}
    for (const [channel, { cursor }] of this.#readers) if (cursor !== undefined) cursors[channel] = cursor
    return cursors
  }

  /** The cursor of one channel. */
  cursor(channel: string): number | undefined {
    return this.#readers.get(channel)?.cursor
  }

  /** Reads a channel, from a cursor that was kept or from where {@link start} says. */
  follow(channel: string, cursor?: number): void {
    if (!this.#readers.has(channel)) this.#readers.set(channel, new ChannelReader(cursor))
  }

  unfollow(channel: string): void {
    this.#readers.delete(channel)
  }

  receive(message: WebSocketMessage): void {
    const isJob = jobIdOf(message.channel) !== undefined
    if (isJob && !this.#readers.has(message.channel)) return
    if (!isDurableMessage(message)) {
      this.#handlers.deliver(message)
      return
    }
    // Without a cursor the server begins at the head of the handshake, which is what its first message follows.
    if (!isJob) this.follow(message.channel, message.prev)
    this.#take(message.channel, this.#readers.get(message.channel)?.accept(message))
  }

  /** A snapshot at `seq` covers the channel: begin there, or fill the gap up to there. */
  start(channel: string, seq: number): void {
    const reader = this.#readers.get(channel)
    if (reader?.cursor === undefined) this.#take(channel, reader?.start(seq))
    else if (reader.cursor < seq) this.heal(channel)
  }

  /** The server can't fill a gap; it goes on after `resync.seq`. */
  restart(resync: Resync): void {
    const reader = this.#readers.get(resync.channel)
    if (!reader || reader.cursor === resync.seq) return
    const reading = reader.start(resync.seq)
    this.#handlers.onResync(resync)
    this.#take(resync.channel, reading)
  }

  /** Compares with what the server says it has sent, and forgets channels that are not this user's. */
  alignWith(ready: Ready): void {
    for (const channel of this.#readers.keys()) {
      const isForeign = jobIdOf(channel) === undefined && !(channel in ready.channels)
      if (isForeign || ready.refused.includes(channel)) this.unfollow(channel)
    }
    for (const [channel, seq] of Object.entries(ready.channels)) {
      if (jobIdOf(channel) === undefined) this.follow(channel, seq)
      this.compare(channel, seq)
    }
  }

  /** Asks the server when its head of a channel is not where the cursor stands. */
  compare(channel: string, head: number): void {
    const cursor = this.cursor(channel)
    if (cursor !== undefined && cursor !== head) this.heal(channel)
  }

  /** Has the server replay from the cursor, until nothing is missing. */
  heal(channel: string): void {
    if (this.#healing.has(channel)) return
    this.#healing.add(channel)
    this.#handlers.onChange()
    void this.#healUntilWhole(channel, this.#session.signal)
  }

  /**
   * Asks for the heads of what is followed and fills what they show to be missing: after a sleep nothing else
   * would tell that the last messages did not come.
   */
  async check(): Promise<void> {
    if (this.#healing.has(CHECK)) return
    const { signal } = this.#session
    this.#healing.add(CHECK)
    this.#handlers.onChange()
    const startedAt = performance.now()
    const ack = await this.#handlers.request('sync')
    if (signal.aborted) return
    this.#healing.delete(CHECK)
    if (ack.ok) {
      for (const [channel, { seq }] of Object.entries(ack.channels)) this.compare(channel, seq)
      this.#handlers.onHeads(ack.channels, Math.round(performance.now() - startedAt))
    } else {
      this.#handlers.onUnanswered(`sync: ${ack.error.message}`)
    }
    this.#handlers.onChange()
  }

  /** The connection is gone, and with it what was asked on it; the next handshake sends the cursors. */
  interrupt(): void {
    this.#session.abort()
    this.#session = new AbortController()
    this.#healing.clear()
  }

  #take(channel: string, reading: Reading | undefined): void {
    // First, since whoever hears a message may end it all.
    if (reading?.isBehind) this.heal(channel)
    for (const message of reading?.deliver ?? []) this.#handlers.deliver(message)
  }

  async #healUntilWhole(channel: string, signal: AbortSignal): Promise<void> {
    for (let fruitless = 0; !(await this.#healOnce(channel, signal));) {
      if (signal.aborted) return
      fruitless += 1
      if (fruitless > 1) await abortableDelay(backoffDelayMs(fruitless - 1), signal)
      if (signal.aborted) return
    }
    if (signal.aborted) return
    this.#healing.delete(channel)
    this.#handlers.onChange()
  }

  /** True when nothing more is to be done: the chain is whole, or the channel is not read any more. */
  async #healOnce(channel: string, signal: AbortSignal): Promise<boolean> {
    const reader = this.#readers.get(channel)
    if (reader?.cursor === undefined) return true
    const ack = await this.#handlers.request('resume', channel, reader.cursor)
    if (signal.aborted || reader !== this.#readers.get(channel)) return true
    if (!ack.ok) {
      if (ack.error.code !== 'not_subscribed') return false
      this.#handlers.onNotFollowed(channel)
      return true
    }
    if (ack.status === 'resync') {
      this.restart({ channel: channel as Resync['channel'], seq: ack.seq, reason: ack.reason })
    }
    const isWhole = reader.cursor >= ack.seq && !reader.hasGap
    if (isWhole && ack.status === 'replayed') this.#handlers.onHealed(ack.count)
    return isWhole
  }
}
