import type { EventLog, Logger } from '@headway/event-log'
import type { Channel } from '@headway/events'
import type { Redis } from 'ioredis'
import type { Kysely } from 'kysely'
import type { Database } from '../database/database.ts'
import type { JobQueue } from '../queue/job-queue.ts'
import { CoalescedRuns } from '../scheduling/coalesced-runs.ts'
import { GatheredRuns } from '../scheduling/gathered-runs.ts'
import { RepeatedTask } from '../scheduling/repeated-task.ts'
import { TaskTurns } from '../scheduling/task-turns.ts'
import { BatchPublisher } from './batch-publisher.ts'
import { deletePublished, isLockTimeout, lockChannel, lockChannels, pendingChannels } from './pending-rows.ts'
import { RedisRun } from './redis-run.ts'
import type { RelayObserver } from './relay-observer.ts'

export interface RelayParts {
  /** A pool of its own keeps relays that wait for each other from holding up requests. */
  db: Kysely<Database>
  eventLog: Pick<EventLog, 'appendSerialised' | 'forget' | 'maxAgeMs' | 'onceLifetimeMs'>
  queue: Pick<JobQueue, 'add'>
  /** The connection that `eventLog` writes to. */
  redis: Redis
  logger: Logger
  /**
   * Time between two sweeps in milliseconds, whichever process does them: how late a message is whose process ended before it
   * had published it.
   *
   * @default 2_000
   */
  sweepIntervalMs?: number
  /** Is told what is published, and how late. */
  observer?: RelayObserver | undefined
}

const CHANNELS_PER_PAGE = 200

/** Channels that are published in one transaction, which saves those of the others. */
const CHANNELS_TOGETHER = 50
/** Transactions for several channels at the same time; the connections that are left are for single ones. */
const GATHERED_RUNS = 2
/** Longer than a relay that is well keeps a channel, in milliseconds: one channel must not hold up those beside it. */
const LOCK_TIMEOUT_MS = 500

/**
 * Carries the outbox to Redis: the rows of a channel in the order of their ids, one relay at a time (an advisory lock),
 * each under a once-mark, then marked as published by the Redis of now. What could not be published waits; what was
 * published to a Redis that another one has replaced is offered again, before anything newer.
 */
export class Relay {
  readonly #parts: RelayParts
  readonly #redisRun: RedisRun
  readonly #publisher: BatchPublisher
  /** Of several channels together: most of what there is to do. */
  readonly #gathered = new GatheredRuns<Channel>((channels) => this.#publishTogether(channels), {
    maxRuns: GATHERED_RUNS,
    maxKeys: CHANNELS_TOGETHER,
  })
  /** Of one channel, where another relay takes its time or there is much to publish. */
  readonly #single = new CoalescedRuns()
  readonly #turns: TaskTurns
  readonly #sweeps = new RepeatedTask(() => this.#sweepOnSchedule())
  readonly #onRedisReady = () => {
    this.#isSweepWanted = true
    this.#sweeps.now()
  }
  #isSweepWanted = true
  #isStopped = false

  constructor(parts: RelayParts) {
    this.#parts = parts
    this.#redisRun = new RedisRun(parts.redis)
    this.#publisher = new BatchPublisher(parts, this.#redisRun)
    this.#turns = new TaskTurns(parts.db)
  }

  /** Publishes what is pending in the channels soon. For a route: call it after the answer. */
  nudge(channels: readonly Channel[]): void {
    void this.flush(channels)
  }

  /**
   * Publishes what is pending in the channels now. Resolves when that is done or can't be done: a failure is logged, and
   * the rows wait for the next sweep.
   */
  async flush(channels: readonly Channel[]): Promise<void> {
    const left = await this.#gathered.run(channels)
    await Promise.all(left.map((channel) => this.#single.run(channel, () => this.#publish(channel, 'wait'))))
  }

  /** Sweeps: at once, in the set interval unless another process does, and whenever Redis comes back. */
  start(): void {
    this.#parts.redis.on('ready', this.#onRedisReady)
    this.#sweeps.start()
  }

  /** Ends the sweeps and waits for what is being published. */
  async stop(): Promise<void> {
    this.#isStopped = true
    this.#parts.redis.off('ready', this.#onRedisReady)
    this.#redisRun.close()
    await this.#sweeps.stop()
    await this.#gathered.idle()
    await this.#single.idle()
  }

  /** Sweeps, unless any process has done so within the interval, or Redis is away. A failure is logged: the next sweep tries again. */
  async sweepIfDue(): Promise<void> {
    try {
      if (!this.#isRedisAway() && (await this.#turns.take('outbox', this.#intervalMs))) await this.#sweep()
    } catch (error) {
      this.#sweepFailed(error)
    }
  }

  async #sweepOnSchedule(): Promise<number> {
    if (!this.#isSweepWanted) {
      await this.sweepIfDue()
      return this.#intervalMs
    }
    this.#isSweepWanted = false
    try {
      await this.#turns.note('outbox')
      await this.#sweep()
    } catch (error) {
      this.#sweepFailed(error)
    }
    return this.#intervalMs
  }

  async #sweep(): Promise<void> {
    if (this.#isRedisAway()) return
    const { db, eventLog } = this.#parts
    const runId = await this.#redisRun.current()
    await this.#publishAll(runId)
    await deletePublished(db, runId, eventLog.maxAgeMs)
  }

  #sweepFailed(error: unknown): void {
    this.#parts.logger.warn({ err: error }, 'A sweep of the outbox failed; the next one tries again')
  }

  get #intervalMs(): number {
    return this.#parts.sweepIntervalMs ?? 2_000
  }

  /**
   * Every channel once: one that is refused does not hold up the others. Only where Redis takes nothing at all, the rest
   * waits for the next sweep: asking it for each of thousands of channels would be a load of its own.
   */
  async #publishAll(runId: string): Promise<void> {
    const { db, logger } = this.#parts
    let after: Channel | '' | undefined = ''
    this.#publisher.takeRefusal()
    while (after !== undefined && !this.#isStopped) {
      const channels = await pendingChannels(db, runId, { after, limit: CHANNELS_PER_PAGE })
      await Promise.all(channels.map((channel) => this.#publish(channel, 'try')))
      const reason = this.#publisher.takeRefusal()
      if (reason !== undefined) {
        logger.warn({ reason }, 'Redis takes no messages; they wait in the outbox')
        return
      }
      after = channels.length === CHANNELS_PER_PAGE ? channels.at(-1) : undefined
    }
  }

  /** Publishes what is pending in the channels, and answers those that are better published one by one. */
  async #publishTogether(channels: readonly Channel[]): Promise<ReadonlySet<Channel>> {
    const { db, logger } = this.#parts
    const alone = new Set(channels.filter((channel) => this.#single.isUnderWay(channel)))
    const together = channels.filter((channel) => !alone.has(channel))
    if (together.length === 0 || this.#isStopped || this.#isRedisAway()) return alone
    try {
      const runId = await this.#redisRun.current()
      const hasMore = await db.transaction().execute(async (trx) => {
        await lockChannels(trx, together, LOCK_TIMEOUT_MS)
        return this.#publisher.publish(trx, together, runId)
      })
      return hasMore ? new Set(channels) : alone
    } catch (error) {
      if (isLockTimeout(error)) return new Set(channels)
      logger.warn(
        { err: error, channels: together },
        'Messages could not be published; they wait in the outbox',
      )
      return alone
    }
  }

  async #publish(channel: Channel, lock: 'wait' | 'try'): Promise<void> {
    const { db, logger } = this.#parts
    try {
      // The connection itself has logged that Redis is away.
      if (this.#isStopped || this.#isRedisAway()) return
      const runId = await this.#redisRun.current()
      let hasMore = true
      while (hasMore) {
        hasMore = await db.transaction().execute(async (trx) => {
          return (await lockChannel(trx, channel, lock)) && this.#publisher.publish(trx, [channel], runId)
        })
      }
    } catch (error) {
      logger.warn({ err: error, channel }, 'Messages could not be published; they wait in the outbox')
    }
  }

  #isRedisAway(): boolean {
    return this.#parts.redis.status !== 'ready'
  }
}
