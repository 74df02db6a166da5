import { refusalOf, type EventLog, type Logger, type PublishRefusal } from '@headway/event-log'
import type { Channel } from '@headway/events'
import type { Redis } from 'ioredis'
import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import type { JobQueue } from '../queue/job-queue.ts'
import { CoalescedRuns } from '../scheduling/coalesced-runs.ts'
import { GatheredRuns } from '../scheduling/gathered-runs.ts'
import { RepeatedTask } from '../scheduling/repeated-task.ts'
import { TaskTurns } from '../scheduling/task-turns.ts'
import { onceMark, parseDispatch } from './outbox.ts'
import {
  deletePublished,
  isLockTimeout,
  lockChannel,
  lockChannels,
  markPublished,
  pendingChannels,
  pendingRows,
  type PendingRow,
} from './pending-rows.ts'
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

/** Refusals that are about no message and no channel: Redis takes nothing of anybody. */
const OF_EVERYTHING: ReadonlySet<PublishRefusal> = new Set(['oom', 'readonly', 'misconf'])

const ROWS_PER_TRANSACTION = 200
/** A transaction goes on publishing for so long, in milliseconds: Postgres takes one that pauses for a process that froze. */
const LONGEST_BATCH_MS = 2_000
const CHANNELS_PER_PAGE = 200

/** Channels that are published in one transaction, which saves those of the others. */
const CHANNELS_TOGETHER = 50
/** Transactions for several channels at the same time; the connections that are left are for single ones. */
const GATHERED_RUNS = 2
/** A once-mark is relied upon until so long before its end, in milliseconds: it ends by the clock of the Redis that has it. */
const MARK_MARGIN_MS = 300_000
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
  #refusal: PublishRefusal | undefined
  #isStopped = false

  constructor(parts: RelayParts) {
    this.#parts = parts
    this.#redisRun = new RedisRun(parts.redis)
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
    this.#refusal = undefined
    while (after !== undefined && !this.#isStopped) {
      const channels = await pendingChannels(db, runId, { after, limit: CHANNELS_PER_PAGE })
      await Promise.all(channels.map((channel) => this.#publish(channel, 'try')))
      if (this.#refusal !== undefined) {
        logger.warn({ reason: this.#refusal }, 'Redis takes no messages; they wait in the outbox')
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
        return this.#publishBatch(trx, together, runId)
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
          return (await lockChannel(trx, channel, lock)) && this.#publishBatch(trx, [channel], runId)
        })
      }
    } catch (error) {
      logger.warn({ err: error, channel }, 'Messages could not be published; they wait in the outbox')
    }
  }

  /** Publishes the oldest rows of channels that are locked. True if there may be more of them. */
  async #publishBatch(
    trx: Transaction<Database>,
    channels: readonly Channel[],
    runId: string,
  ): Promise<boolean> {
    const rows = await pendingRows(trx, channels, runId, ROWS_PER_TRANSACTION)
    const parts = await Promise.all(
      channels.map((channel) => {
        const own = rows.filter((row) => row.channel === channel)
        return this.#publishInOrder(channel, own, runId)
      }),
    )
    const published = parts.flatMap((part) => part.published)
    await markPublished(trx, published, runId)
    // A channel that is refused must not be asked for ever; beside others it must not keep theirs from their turn.
    const isFull = rows.length === ROWS_PER_TRANSACTION
    return parts.some(({ isCut }) => isCut) || (isFull && (published.length > 0 || channels.length > 1))
  }

  /** One after the other, up to the first that fails: a later one must not come before it. Answers the ids published. */
  async #publishInOrder(
    channel: Channel,
    rows: readonly PendingRow[],
    runId: string,
  ): Promise<{ published: number[]; isCut: boolean }> {
    const { logger, observer } = this.#parts
    const readAt = performance.now()
    const published: number[] = []
    for (const row of rows) {
      if (performance.now() - readAt > LONGEST_BATCH_MS) return { published, isCut: true }
      try {
        // Another Redis may lack the rows before this one, and is offered them first.
        if ((await this.#redisRun.current()) !== runId) break
        if (!(await this.#publishRow(channel, row, runId))) break
      } catch (error) {
        const refusal = refusalOf(error)
        if (row.kind === 'dispatch') observer?.onDispatchRefused(refusal)
        const isOfEverything = OF_EVERYTHING.has(refusal)
        if (isOfEverything) this.#refusal = refusal
        // The sweep says it once.
        logger[isOfEverything ? 'debug' : 'warn'](
          { err: error, channel, outboxId: row.id, waiting: rows.length - published.length },
          'Redis did not take a message; it and those after it wait in the outbox',
        )
        break
      }
      published.push(row.id)
      if (row.waitedMs !== null) observer?.onPublished(row.kind, row.waitedMs + performance.now() - readAt)
    }
    return { published, isCut: false }
  }

  /** False if another Redis has answered meanwhile, which ioredis sends to again what the one before it left unanswered. */
  async #publishRow(channel: Channel, row: PendingRow, runId: string): Promise<boolean> {
    const { eventLog, queue } = this.#parts
    switch (row.kind) {
      case 'message': {
        // Whether the Redis of now has it, no mark tells any more: whoever comes with a cursor has to read a snapshot.
        if ((row.publishedAgoMs ?? 0) > eventLog.onceLifetimeMs - MARK_MARGIN_MS) {
          await eventLog.forget(channel)
          return true
        }
        const mark = { once: onceMark(row), run: runId }
        const { outcome } = await eventLog.appendSerialised(channel, row.body, mark)
        return outcome !== 'other_run'
      }
      case 'dispatch':
        await queue.add(parseDispatch(row.body))
        return true
      default:
        return row.kind satisfies never
    }
  }

  #isRedisAway(): boolean {
    return this.#parts.redis.status !== 'ready'
  }
}
