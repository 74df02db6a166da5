import { randomUUID } from 'node:crypto'
import type { Redis } from 'ioredis'
import {
  EVENT_BUFFER_MAX_AGE_MS,
  EVENT_BUFFER_MAX_BYTES,
  EVENT_BUFFER_MAX_SIZE,
  jobChannel,
  userChannel,
  type Channel,
  type OutgoingMessage,
} from '@headway/events'
import { busChannel, ChannelKeys, DEFAULT_NAMESPACE, type Namespace } from './channel-keys.ts'
import { UnexpectedReplyError } from './errors.ts'
import { refusalOf, type EventLogObserver } from './event-log-observer.ts'
import { HEAD_TTL_SECONDS, FENCE_TTL_SECONDS, logTtlSeconds, onceTtlSeconds } from './lifetimes.ts'
import { decideReplay, decideReplaySince, type LogReading, type ReplayOutcome } from './replay-decision.ts'
import { defineScripts, runScript } from './scripts.ts'
import { serialiseMessage } from './serialise-message.ts'

/** How much a log keeps, and where in Redis. */
export interface EventLogOptions {
  /** Most messages kept for replay in a channel. @default 200 */
  maxSize?: number
  /** How long a message is kept for replay, in milliseconds. @default 300_000 */
  maxAgeMs?: number
  /** Most bytes kept for replay in a channel. @default 262_144 */
  maxBytes?: number
  /** Prefixes of keys and of the adapter's Redis channels. */
  namespace?: Partial<Namespace>
  /** Is told what becomes of appends. */
  observer?: EventLogObserver | undefined
}

/** Under which conditions a message is appended. */
export interface AppendOptions {
  /**
   * A second append under the same mark changes nothing and answers the first one's place. Kept for an hour at least, and
   * longer than the log's messages count.
   */
  once?: string
  /** Refuse the message unless this attempt of the job may write. */
  fence?: { jobId: string; attempt: number }
  /**
   * Refuse the message unless this Redis process (its `run_id`) takes it. A command whose reply was lost is sent again, also to a
   * replica that has taken over meanwhile and lacks what came before the message.
   */
  run?: string
}

/** What became of an append. `duplicate`: its mark was there, and the place is that of the first one. */
export type AppendOutcome =
  | { outcome: 'appended' | 'duplicate'; seq: number; prev: number }
  /** Another attempt writes now. */
  | { outcome: 'fenced' }
  /** Redis does not know who may write: read the truth and raise the fence again. */
  | { outcome: 'no_fence' }
  /** Another Redis process answers now. */
  | { outcome: 'other_run' }

/**
 * The ordered channels on Redis. An append numbers a message, stores its finished text and hands it to the instances in
 * one script: what has a place in the log was published, in the order of the log.
 */
export class EventLog {
  readonly maxAgeMs: number
  readonly maxSize: number
  readonly maxBytes: number
  readonly namespace: Namespace
  readonly #redis: Redis
  readonly #observer: EventLogObserver | undefined

  constructor(redis: Redis, options: EventLogOptions = {}) {
    defineScripts(redis)
    this.#redis = redis
    this.#observer = options.observer
    this.maxSize = options.maxSize ?? EVENT_BUFFER_MAX_SIZE
    this.maxAgeMs = options.maxAgeMs ?? EVENT_BUFFER_MAX_AGE_MS
    this.maxBytes = options.maxBytes ?? EVENT_BUFFER_MAX_BYTES
    this.namespace = { ...DEFAULT_NAMESPACE, ...options.namespace }
  }

  /**
   * Appends a durable message and publishes it.
   *
   * @throws MessageTooLargeError above 64 KiB
   */
  async append(
    channel: Channel,
    message: OutgoingMessage,
    options: AppendOptions = {},
  ): Promise<AppendOutcome> {
    return this.appendSerialised(channel, serialiseMessage(channel, message), options)
  }

  /** Appends the text that {@link serialiseMessage} made, as the outbox keeps it. */
  async appendSerialised(
    channel: Channel,
    text: string,
    options: AppendOptions = {},
  ): Promise<AppendOutcome> {
    if (!this.#observer) return this.#append(channel, text, options)
    const startedAt = performance.now()
    try {
      const append = await this.#append(channel, text, options)
      this.#observer.onAppend(append.outcome, performance.now() - startedAt)
      return append
    } catch (error) {
      this.#observer.onRefused(refusalOf(error))
      throw error
    }
  }

  /** What was missed by a reader whose last message is `cursor`. */
  async readAfter(channel: Channel, cursor: number): Promise<ReplayOutcome> {
    return decideReplay(cursor, await this.#read(channel, cursor), this.maxAgeMs)
  }

  /** What was missed by a reader that knows only the time of its last message, in milliseconds since the epoch. */
  async readSince(channel: Channel, timestampMs: number): Promise<ReplayOutcome> {
    return decideReplaySince(timestampMs, await this.#read(channel, 0), this.maxAgeMs)
  }

  /** For how long a second append under the same mark is known for one, in milliseconds. */
  get onceLifetimeMs(): number {
    return onceTtlSeconds(this.maxAgeMs) * 1_000
  }

  /** Lets the log of a channel begin anew: whoever comes with a cursor is told that messages are lost. */
  async forget(channel: Channel): Promise<void> {
    const keys = new ChannelKeys(this.namespace, channel)
    await this.#redis.del(keys.head, keys.log)
  }

  /** The newest seq of a channel; keeps it alive, and creates it where there is none. */
  async head(channel: Channel): Promise<number> {
    const keys = new ChannelKeys(this.namespace, channel)
    return Number(await runScript(this.#redis, 'head', keys.head, keys.log, HEAD_TTL_SECONDS))
  }

  /** Lets an attempt write to the job's and its user's channel. Never goes back to an earlier attempt, or to one that was shut out. */
  async setFence(jobId: string, userId: string, attempt: number): Promise<void> {
    await this.#moveFence('fence-raise', jobId, userId, attempt)
  }

  /**
   * Shuts an attempt out of both channels, also where it may write by no other's coming: its job has ended, or waits in the
   * queue. A later attempt is let in as ever.
   */
  async closeFence(jobId: string, userId: string, attempt: number): Promise<void> {
    await this.#moveFence('fence-close', jobId, userId, attempt)
  }

  /** The newest attempt of a job that was let in, also if it was shut out since; undefined where Redis does not know one. */
  async newestAttempt(jobId: string): Promise<number | undefined> {
    const fence = await this.#redis.get(new ChannelKeys(this.namespace, jobChannel(jobId)).fence(jobId))
    return fence === null ? undefined : Number.parseInt(fence, 10)
  }

  async #moveFence(
    script: 'fence-raise' | 'fence-close',
    jobId: string,
    userId: string,
    attempt: number,
  ): Promise<void> {
    const channels = [userChannel(userId), jobChannel(jobId)]
    await Promise.all(
      channels.map((channel) => {
        const fence = new ChannelKeys(this.namespace, channel).fence(jobId)
        return runScript(this.#redis, script, fence, attempt, FENCE_TTL_SECONDS)
      }),
    )
  }

  async #append(
    channel: Channel,
    text: string,
    { once = randomUUID(), fence, run }: AppendOptions,
  ): Promise<AppendOutcome> {
    const keys = new ChannelKeys(this.namespace, channel)
    // Without a mark of the caller's the message gets one of its own: ioredis sends a command again when its reply was lost.
    const reply = await runScript(
      this.#redis,
      'append',
      keys.head,
      keys.log,
      keys.once(once),
      keys.fence(fence?.jobId ?? ''),
      `["event",${text.slice(0, -1)}`,
      busChannel(this.namespace, channel),
      channel,
      this.maxSize,
      this.maxBytes,
      HEAD_TTL_SECONDS,
      logTtlSeconds(this.maxAgeMs),
      onceTtlSeconds(this.maxAgeMs),
      this.maxAgeMs,
      fence?.attempt ?? '',
      run ?? '',
    )
    return toAppendOutcome(reply)
  }

  async #read(channel: Channel, after: number): Promise<LogReading> {
    const keys = new ChannelKeys(this.namespace, channel)
    const reply = await runScript(
      this.#redis,
      'read',
      keys.head,
      keys.log,
      after,
      this.maxAgeMs,
      HEAD_TTL_SECONDS,
    )
    return toLogReading(reply as (string | number)[])
  }
}

function toAppendOutcome(reply: unknown): AppendOutcome {
  const [outcome, seq, prev] = reply as [string, string?, string?]
  switch (outcome) {
    case 'appended':
    case 'duplicate':
      return { outcome, seq: Number(seq), prev: Number(prev) }
    case 'fenced':
    case 'no_fence':
    case 'other_run':
      return { outcome }
    default:
      throw new UnexpectedReplyError('append', reply)
  }
}

function toLogReading(reply: (string | number)[]): LogReading {
  const [head, genesis, now, kept, oldestPrev, ...rest] = reply
  const entries = []
  for (let at = 0; at < rest.length; at += 3) {
    entries.push({ seq: Number(rest[at]), prev: Number(rest[at + 1]), text: String(rest[at + 2]) })
  }
  return {
    head: Number(head),
    genesis: Number(genesis),
    now: Number(now),
    oldestPrev: oldestPrev === '' ? undefined : Number(oldestPrev),
    isCursorKept: kept === 1,
    entries,
  }
}
