import type { BusGate, EventLog, Logger, TextLog } from '@headway/event-log'
import type { Channel, Resync } from '@headway/events'
import type { RealtimeObserver } from '../realtime-observer.ts'
import { RoomFeed } from './room-feed.ts'

/** The rooms of this instance: the sockets, as the adapter keeps them, and who reads without one. */
export interface Rooms {
  /** Sockets of this instance in the room, and readers without one. */
  size(room: string): number
  /** Makes the adapter listen for a room that has no socket yet. */
  hold(room: string): void
  release(room: string): void
  /** Sends finished packet text to all of this instance in the room. */
  send(room: string, packetText: string): void
  /** Sends it to those that are no sockets, where the adapter itself is about to send it to the sockets. */
  forward(room: string, packetText: string): void
  /** The sockets of the room that are too slow for a transient message; they get it, or a newer one, later. */
  holdTransient(room: string, packetText: string): string[]
}

/**
 * Puts what comes over the bus into the order of the log, per room of this instance. Replay, live messages and
 * healing are one mechanism: a room and a socket each stand at a seq, and move only along the chain.
 */
export class Sequencer {
  readonly #feeds = new Map<string, RoomFeed>()
  readonly #eventLog: EventLog
  readonly #textLog: TextLog
  readonly #rooms: Rooms
  readonly #logger: Logger
  readonly #observer: RealtimeObserver | undefined

  constructor(parts: {
    eventLog: EventLog
    textLog: TextLog
    rooms: Rooms
    logger: Logger
    observer?: RealtimeObserver | undefined
  }) {
    this.#eventLog = parts.eventLog
    this.#textLog = parts.textLog
    this.#rooms = parts.rooms
    this.#logger = parts.logger
    this.#observer = parts.observer
  }

  /** Where the bus codec asks whether a message goes to the room now. */
  readonly gate: BusGate = (message) => {
    const feed = this.#feeds.get(message.room)
    if (!feed) return 'drop'
    if (!message.place && !message.chunk) {
      const except = this.#rooms.holdTransient(message.room, message.text)
      this.#rooms.forward(message.room, message.text)
      this.#observer?.onBroadcast(this.#rooms.size(message.room) - except.length)
      return { except }
    }
    const decision = feed.accept(message)
    if (decision === 'gap') void this.#heal(feed)
    if (decision !== 'broadcast') return 'drop'
    this.#rooms.forward(message.room, message.text)
    this.#observer?.onBroadcast(this.#rooms.size(message.room))
    return 'broadcast'
  }

  /** The feed of a channel that is followed here. */
  feed(channel: string): RoomFeed | undefined {
    return this.#feeds.get(channel)
  }

  /**
   * Opens a channel's feed and keeps it open while `use` runs, and afterwards while a socket is in the room.
   *
   * @throws what Redis throws while it can't be read
   */
  async withFeed<TResult>(channel: Channel, use: (feed: RoomFeed) => Promise<TResult>): Promise<TResult> {
    const feed = this.#feeds.get(channel) ?? this.#create(channel)
    feed.holders += 1
    try {
      if (feed.chain.forwarded === undefined) await feed.catchUp()
      return await use(feed)
    } finally {
      feed.holders -= 1
      this.closeIfUnused(channel)
    }
  }

  closeIfUnused(channel: string): void {
    const feed = this.#feeds.get(channel)
    if (!feed || feed.holders > 0 || this.#rooms.size(channel) > 0) return
    this.#feeds.delete(channel)
    this.#rooms.release(channel)
  }

  /** Compares every room with its log: Redis forgets whoever was not listening, and a lost last message leaves no gap. */
  async checkAll(): Promise<void> {
    const checks = await Promise.allSettled([...this.#feeds.values()].map((feed) => feed.catchUp()))
    const failures = checks.flatMap((check) => (check.status === 'rejected' ? [check.reason as unknown] : []))
    if (failures.length === 0) return
    // Redis fails all of them alike; the next check reads again.
    this.#logger.warn(
      { err: failures[0], rooms: failures.length },
      'Some rooms could not be brought up to their logs',
    )
  }

  #create(channel: Channel): RoomFeed {
    // A read of a feed that was closed meanwhile may still be under way: the room is another feed's now, or nobody's.
    const isClosed = () => this.#feeds.get(channel) !== feed
    const send = (packetText: string) => {
      if (isClosed()) return
      this.#rooms.send(channel, packetText)
      this.#observer?.onBroadcast(this.#rooms.size(channel))
    }
    const resync = (resync: Resync) => {
      if (isClosed()) return
      this.#rooms.send(channel, JSON.stringify(['resync', resync]))
      this.#observer?.onResync(resync.reason, this.#rooms.size(channel))
    }
    const parts = { eventLog: this.#eventLog, textLog: this.#textLog, observer: this.#observer }
    const feed = new RoomFeed(channel, { ...parts, send, resync })
    this.#feeds.set(channel, feed)
    this.#rooms.hold(channel)
    return feed
  }

  async #heal(feed: RoomFeed): Promise<void> {
    try {
      await feed.catchUp()
    } catch (error) {
      // The next check, at the latest, reads again.
      this.#logger.warn(
        { err: error, channel: feed.chain.channel },
        'A room could not be brought up to its log',
      )
    }
  }
}
