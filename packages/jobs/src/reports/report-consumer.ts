import { randomUUID } from 'node:crypto'
import { ReportStream, type Logger, type Namespace, type ReportEntry } from '@headway/event-log'
import type { Redis } from 'ioredis'
import { sql, type Kysely } from 'kysely'
import type { Database } from '../database/database.ts'
import { RepeatedTask } from '../scheduling/repeated-task.ts'
import { MalformedReportError, parseReport } from './parse-report.ts'
import type { ReportHandler } from './report-handler.ts'
import type { ReportObserver, ReportOutcome } from './report-observer.ts'

export interface ReportConsumerParts {
  db: Kysely<Database>
  /** A publisher connection; the consumer opens another one like it, to wait on. */
  redis: Redis
  namespace?: Partial<Namespace>
  handler: ReportHandler
  logger: Logger
  observer?: ReportObserver | undefined
}

/** A reader that is silent for so long is followed by another one, in milliseconds. */
const TURN_MS = 6_000
/** Reports read in one go: no more than can be handled within a turn. */
const BATCH = 20
const WAIT_MS = 2_000
const STANDBY_MS = 1_000
const OUTAGE_MS = 1_000
const FORGET_INTERVAL_MS = 3_600_000

/**
 * Reads what workers report, and has it handled, in order: of all servers one at a time does. While Postgres is away the reports
 * wait in Redis. What nobody can read is kept among the dead letters, and said in the log without its content.
 */
export class ReportConsumer {
  readonly #parts: ReportConsumerParts
  readonly #stream: ReportStream
  readonly #runs = new RepeatedTask(() => this.#runOnSchedule())
  readonly #reader = randomUUID()
  #waiting: Redis | undefined
  #isStarted = false
  #isStopping = false
  #isOut = false
  #forgetsAtMs = 0

  constructor(parts: ReportConsumerParts) {
    this.#parts = parts
    this.#stream = new ReportStream(parts.redis, parts)
  }

  /** Reports that wait, and dead letters. */
  backlog(): Promise<{ waiting: number; dead: number }> {
    return this.#stream.backlog()
  }

  /** Reads from here on, in turn with other servers. Calling it again changes nothing. */
  start(): void {
    this.#isStarted = true
    this.#runs.start()
  }

  /** Finishes the report under way and leaves the others to the next reader. */
  async stop(): Promise<void> {
    if (!this.#isStarted) return
    this.#isStopping = true
    this.#waiting?.disconnect()
    await this.#runs.stop()
    // Its turn ends by itself where Redis does not hear of it.
    await this.#stream.release(this.#reader).catch(() => {})
  }

  /** @returns when to run again, in milliseconds */
  async #runOnSchedule(): Promise<number> {
    try {
      const reading = await this.#stream.read(this.#reader, { turnMs: TURN_MS, count: BATCH })
      if (reading.state === 'standby') return STANDBY_MS
      if (reading.entries.length === 0) await this.#waitForReports()
      for (const entry of reading.entries) {
        if (!this.#isStopping) await this.#take(entry)
      }
      this.#isOut = false
      return 0
    } catch (error) {
      if (!this.#isOut && !this.#isStopping)
        this.#parts.logger.warn({ err: error }, 'Reports of workers wait: they are handled when this is over')
      this.#isOut = true
      return OUTAGE_MS
    }
  }

  async #waitForReports(): Promise<void> {
    await this.#forgetOldReports()
    this.#waiting ??= this.#openConnection()
    await new ReportStream(this.#waiting, this.#parts).wait(WAIT_MS)
  }

  #openConnection(): Redis {
    const connection = this.#parts.redis.duplicate({ enableAutoPipelining: false, enableOfflineQueue: true })
    // The connection that it was made from says in the log that Redis is away.
    connection.on('error', () => {})
    return connection
  }

  async #take(entry: ReportEntry): Promise<void> {
    const { observer, logger } = this.#parts
    const { outcome, why } = await this.#handle(entry)
    observer?.onReport(outcome)
    if (outcome === 'malformed')
      logger.warn({ entryId: entry.id, why }, 'A report of a worker cannot be read; it is a dead letter')
    await this.#stream.end(entry.id, why === undefined ? {} : { deadBecause: why })
  }

  async #handle({ id, fields }: ReportEntry): Promise<{ outcome: ReportOutcome; why?: string }> {
    if (fields === null) return { outcome: 'malformed', why: 'it was deleted from the stream' }
    try {
      const report = parseReport(fields, id)
      const outcome = await this.#parts.handler.handle(report)
      if (outcome === 'refused') {
        const { jobId, attempt, kind } = report
        this.#parts.logger.warn(
          { jobId, attempt, kind },
          'A report was refused: its attempt has lost the job',
        )
      }
      return { outcome }
    } catch (error) {
      const why = whyUnusable(error)
      if (why === undefined) throw error
      return { outcome: 'malformed', why }
    }
  }

  /** A report comes twice within seconds, if at all; an end is told by the state of the job for ever. */
  async #forgetOldReports(): Promise<void> {
    if (performance.now() < this.#forgetsAtMs) return
    this.#forgetsAtMs = performance.now() + FORGET_INTERVAL_MS
    await this.#parts.db
      .deleteFrom('job_reports')
      .where('handled_at', '<', sql<Date>`now() - interval '1 day'`)
      .execute()
  }
}

/** Why a report can't be handled, now or ever; undefined for what is better another time. */
function whyUnusable(error: unknown): string | undefined {
  if (error instanceof MalformedReportError) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  // Classes 22 and 23 of Postgres: the data itself can't be stored.
  return /^2[23][0-9A-Z]{3}$/.test(code) ? `Postgres refuses it (${code})` : undefined
}
