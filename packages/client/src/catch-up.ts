import {
  isDurableMessage,
  jobChannel,
  jobIdOf,
  type Ready,
  type Resync,
  type WebSocketMessage,
} from '@headway/events'
import { ChannelReader } from './channel-reader.ts'
import type { ClientParts } from './client-parts.ts'
import { JobFollower, type JobFollowerOptions, type JobFollowing, type JobReader } from './job-follower.ts'
import { RetryTimer } from './retry-timer.ts'

export interface CatchUpHandlers
  extends Omit<JobFollowerOptions, 'catchUp'>, Pick<ClientParts, 'events' | 'onChange'> {
  deliver: (message: WebSocketMessage) => void
  /** There is a connection on which the server can be asked. */
  isUp: () => boolean
  /** How long the server took to answer. */
  onLatency: (latencyMs: number) => void
  /** The connection stands, but the server does not answer, or does not send what it should. */
  onUnanswered: (reason: string) => void
  /** A gap was filled with so many messages. */
  onHealed: (count: number) => void
}

/**
 * Reads all channels of a client and fills their gaps: whatever does not follow a cursor makes the server replay
 * from that cursor, until the chain is whole again or the server says that it can't be. Of a job's channel the job's
 * follower hears what becomes of it.
 */
export class CatchUp {
  readonly #handlers: CatchUpHandlers
  readonly #readers = new Map<string, ChannelReader>()
  readonly #underWay = new Map<object, RetryTimer>()

  constructor(handlers: CatchUpHandlers) {
    this.#handlers = handlers
  }

  /** Gaps that are being filled. */
  get underWay(): number {
    return this.#underWay.size
  }

  /** The cursor of each channel that has one: what the next handshake sends. */
  cursors(): Record<string, number> {
    const cursors: Record<string, number> = {}
    for (const [channel, { cursor }] of this.#readers) if (cursor !== undefined) cursors[channel] = cursor
    return cursors
  }

  /** Reads a channel, from a cursor that was kept or from where {@link compare} says. */
  follow(channel: string, cursor?: number): ChannelReader {
    const reader = this.#readers.get(channel) ?? new ChannelReader(cursor)
    this.#readers.set(channel, reader)
    return reader
  }

  /** Follows a job until it is released. */
  followJob(jobId: string, reader?: JobReader): JobFollowing {
    const channel = this.follow(jobChannel(jobId))
    channel.follower ??= new JobFollower(jobId, { ...this.#handlers, catchUp: this })
    return { follower: channel.follower, release: channel.follower.retain(reader) }
  }

  unfollow(channel: string): void {
    this.#readers.delete(channel)
  }

  receive(message: WebSocketMessage): void {
    const reader = this.#readerOf(message.channel)
    if (!reader) return
    if (isDurableMessage(message)) {
      // Without a cursor the server begins at the head of the handshake, which is what its first message follows.
      if (!reader.follower) reader.cursor ??= message.prev
      const place = reader.take(message)
      // Without a cursor there is nothing to replay from, until a job's snapshot gives one.
      if (place === 'astray' && reader.cursor !== undefined) this.#heal(message.channel, reader)
      if (place !== 'next') return
    }
    this.#handlers.deliver(message)
  }

  /** The server can't fill a gap; it goes on after `resync.seq`. */
  restart(resync: Resync): void {
    const reader = this.#readerOf(resync.channel)
    if (!reader || reader.cursor === resync.seq) return
    reader.cursor = resync.seq
    this.compare(resync.channel, resync.seq)
    reader.follower?.rejoin()
    // Last, since whoever hears of it may end it all.
    this.#handlers.events.emit('resync', resync)
  }

  /** Compares with what the server says it has sent, and forgets channels that are not this user's. */
  alignWith({ channels, refused }: Ready): void {
    for (const [channel, reader] of this.#readers) {
      const isForeign = !reader.follower && !(channel in channels)
      if (isForeign || refused.includes(channel)) reader.cursor = undefined
    }
    for (const [channel, seq] of Object.entries(channels)) this.compare(channel, seq)
  }

  /** Begins where the server stands in a channel, or has it replay what is between. */
  compare(channel: string, head: number): void {
    const reader = this.#readerOf(channel)
    if (!reader) return
    reader.cursor ??= head
    if (reader.cursor !== head || reader.newestAstray > head) this.#heal(channel, reader)
  }

  /**
   * Asks for the heads of what is followed and fills what they show to be missing: after a sleep nothing else
   * would tell that the last messages did not come.
   */
  check(): void {
    this.#pursue(this.#readers, async (isWanted) => {
      const askedAt = performance.now()
      const ack = await this.#handlers.request('sync')
      if (!isWanted()) return true
      if (ack.ok) {
        for (const [channel, { seq, textEnd = 0 }] of Object.entries(ack.channels)) {
          const reader = this.#readers.get(channel)
          // A job that is being joined begins with its snapshot.
          if (reader?.cursor !== undefined) this.compare(channel, seq)
          reader?.follower?.compareText(textEnd)
        }
        this.#handlers.onLatency(Math.round(performance.now() - askedAt))
      } else this.#handlers.onUnanswered(`sync: ${ack.error.message}`)
      return true
    })
  }

  /** The connection is gone, and with it what was asked on it; the next handshake sends the cursors. */
  interrupt(): void {
    for (const retry of this.#underWay.values()) retry.cancel()
    this.#underWay.clear()
    for (const { follower } of this.#readers.values()) follower?.interrupt()
  }

  /** A new connection stands. */
  reconnected(ready: Ready): void {
    for (const { follower } of this.#readers.values()) follower?.reconnected(ready)
  }

  /** Leaves all jobs; no timer stays. */
  stop(): void {
    for (const { follower } of this.#readers.values()) follower?.leave()
  }

  /** The user's channels are read as soon as they are heard of, a job's only while it is followed. */
  #readerOf(channel: string): ChannelReader | undefined {
    return jobIdOf(channel) === undefined ? this.follow(channel) : this.#readers.get(channel)
  }

  /** Has the server replay from the cursor, until nothing is missing or the channel is not read any more. */
  #heal(channel: string, reader: ChannelReader): void {
    this.#pursue(reader, async (isWanted) => {
      reader.newestAstray = 0
      const ack = await this.#handlers.request('resume', channel, reader.cursor ?? 0)
      if (!isWanted() || this.#readers.get(channel) !== reader) return true
      if (!ack.ok) {
        if (ack.error.code !== 'not_subscribed') return false
        if (reader.follower) reader.follower.rejoin()
        else this.#handlers.onUnanswered(`${channel} is not followed`)
        return true
      }
      if (ack.status === 'resync') {
        this.restart({ channel: channel as Resync['channel'], seq: ack.seq, reason: ack.reason })
      }
      const isWhole = (reader.cursor ?? 0) >= Math.max(ack.seq, reader.newestAstray)
      if (isWhole && ack.status === 'replayed') this.#handlers.onHealed(ack.count)
      return isWhole
    })
  }

  /** Asks until the answer is enough. One question at a time about the same, and none that outlives the connection. */
  #pursue(what: object, ask: (isWanted: () => boolean) => Promise<boolean>): void {
    // Whoever heard of the last gap may have ended the connection.
    if (this.#underWay.has(what) || !this.#handlers.isUp()) return
    const isWanted = (): boolean => this.#underWay.get(what) === retry
    const attempt = async (): Promise<void> => {
      const isEnough = await ask(isWanted)
      if (!isWanted()) return
      if (!isEnough) retry.schedule()
      else {
        this.#underWay.delete(what)
        this.#handlers.onChange()
      }
    }
    const retry = new RetryTimer(() => void attempt())
    this.#underWay.set(what, retry)
    this.#handlers.onChange()
    void attempt()
  }
}
