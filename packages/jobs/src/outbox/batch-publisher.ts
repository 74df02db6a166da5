import { refusalOf, type PublishRefusal } from '@headway/event-log'
import type { Channel } from '@headway/events'
import type { Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import { onceMark, parseDispatch } from './outbox.ts'
import { markPublished, pendingRows, type PendingRow } from './pending-rows.ts'
import type { RedisRun } from './redis-run.ts'
import type { RelayParts } from './relay.ts'

/** Refusals that are about no message and no channel: Redis takes nothing of anybody. */
const OF_EVERYTHING: ReadonlySet<PublishRefusal> = new Set(['oom', 'readonly', 'misconf'])

const ROWS_PER_TRANSACTION = 200
/** A transaction goes on publishing for so long, in milliseconds: Postgres takes one that pauses for a process that froze. */
const LONGEST_BATCH_MS = 2_000
/** A once-mark is relied upon until so long before its end, in milliseconds: it ends by the clock of the Redis that has it. */
const MARK_MARGIN_MS = 300_000

/** Publishes rows of channels that the caller has locked: each channel in the order of its ids, each row under its once-mark. */
export class BatchPublisher {
  readonly #parts: Pick<RelayParts, 'eventLog' | 'queue' | 'logger' | 'observer'>
  readonly #redisRun: Pick<RedisRun, 'current'>
  #refusal: PublishRefusal | undefined

  constructor(
    parts: Pick<RelayParts, 'eventLog' | 'queue' | 'logger' | 'observer'>,
    redisRun: Pick<RedisRun, 'current'>,
  ) {
    this.#parts = parts
    this.#redisRun = redisRun
  }

  /** Why Redis has taken nothing of anybody, since this was last asked; undefined if it did not refuse everything. */
  takeRefusal(): PublishRefusal | undefined {
    const refusal = this.#refusal
    this.#refusal = undefined
    return refusal
  }

  /** Publishes the oldest rows of channels that are locked. True if there may be more of them. */
  async publish(trx: Transaction<Database>, channels: readonly Channel[], runId: string): Promise<boolean> {
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
}
