import type { Logger } from '@headway/event-log'
import { isTerminalState, jobChannel, userChannel } from '@headway/events'
import type { Redis } from 'ioredis'
import { sql, type Kysely } from 'kysely'
import type { JobText } from '../artifacts/job-text.ts'
import type { Database, JobRow } from '../database/database.ts'
import type { Relay } from '../outbox/relay.ts'
import { expireQuestion } from '../questions/expire-question.ts'
import { endAsCancelled } from '../repository/cancel-job.ts'
import { RepeatedTask } from '../scheduling/repeated-task.ts'
import { TaskTurns } from '../scheduling/task-turns.ts'
import { enqueue } from '../transitions/enqueue.ts'
import { endAsLost, MAX_LOSSES } from './end-as-lost.ts'
import type { JobQueue } from './job-queue.ts'
import { reconcilerDelayMs } from './reconciler-delay.ts'

export interface ReconcilerParts {
  db: Kysely<Database>
  queue: Pick<JobQueue, 'add' | 'missing'>
  relay: Pick<Relay, 'nudge'>
  text: JobText
  /** A Redis that comes back may have forgotten everything. */
  redis: Pick<Redis, 'on' | 'off'>
  logger: Logger
  /** Time between two runs in a deployment, in milliseconds. @default 30_000 */
  intervalMs?: number
}

const PAGE_SIZE = 1_000

/** The scheduler of the deployment runs a reconciler in the interval. When nothing has been heard of it for this much of one, any process does. */
const LATE = 1.5

/**
 * Brings back what was lost: a turn that Redis has forgotten, a job whose worker died; and ends what waits in vain: a job
 * whose question nobody has answered. Postgres alone says what should be; every change is conditional, so any number of reconcilers may run at once.
 */
export class Reconciler {
  readonly #parts: ReconcilerParts
  readonly #turns: TaskTurns
  readonly #runs = new RepeatedTask(() => this.#runOnSchedule())
  readonly #onRedisReady = () => {
    this.#isRunWanted = true
    this.#runs.now()
  }
  #isRunWanted = true

  constructor(parts: ReconcilerParts) {
    this.#parts = parts
    this.#turns = new TaskTurns(parts.db)
  }

  /** Looks through all jobs that should move, once. A failure of one part is logged and leaves the others to their work. */
  async run(): Promise<void> {
    await this.#attempt('say that it runs', () => this.#turns.note('reconcile'))
    await this.#endOverdue()
    await this.#attempt('queue jobs that were only created', () => this.#enqueueCreatedJobs())
    await this.#attempt('bring back forgotten turns', () => this.#restoreTurns())
  }

  /** Runs at once, when Redis comes back, and where the deployment's scheduler does not; looks after leases and questions as they end. */
  start(): void {
    this.#parts.redis.on('ready', this.#onRedisReady)
    this.#runs.start()
  }

  /** Ends the runs and waits for the one under way. */
  async stop(): Promise<void> {
    this.#parts.redis.off('ready', this.#onRedisReady)
    await this.#runs.stop()
  }

  /** Looks at the leases and questions, which is cheap; looks through all jobs only where nobody else has. */
  async #runOnSchedule(): Promise<number> {
    const lateMs = (this.#parts.intervalMs ?? 30_000) * LATE
    let firstEndMs = await this.#firstEndMs()
    if (this.#isRunWanted || (await this.#isLate(lateMs))) {
      this.#isRunWanted = false
      await this.run()
      firstEndMs = await this.#firstEndMs()
    } else if (firstEndMs !== undefined && firstEndMs < 0) {
      await this.#endOverdue()
      firstEndMs = await this.#firstEndMs()
    }
    return reconcilerDelayMs({ intervalMs: lateMs, firstEndMs })
  }

  /** True where the deployment has had no run for so long, for one process that asks. */
  async #isLate(lateMs: number): Promise<boolean> {
    try {
      return await this.#turns.take('reconcile', lateMs)
    } catch {
      // Postgres is away: there is nothing to look through.
      return false
    }
  }

  async #endOverdue(): Promise<void> {
    await this.#attempt('take jobs from lost workers', () => this.#releaseLostJobs())
    await this.#attempt('end jobs whose question has expired', () => this.#expireQuestions())
  }

  /** A running job with an ended lease goes back into the queue; one that was to be cancelled, or ends its workers, has its end. */
  async #releaseLostJobs(): Promise<void> {
    const lost = await this.#parts.db
      .selectFrom('jobs')
      .where('state', '=', 'running')
      .where('lease_until', '<', sql<Date>`now()`)
      .select('job_id')
      .limit(PAGE_SIZE)
      .execute()
    for (const { job_id: jobId } of lost) {
      await this.#attempt('take a job from its lost worker', () => this.#releaseLostJob(jobId), jobId)
    }
  }

  async #releaseLostJob(jobId: string): Promise<void> {
    const { db, text, logger } = this.#parts
    const job = await db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom('jobs')
        .where('job_id', '=', jobId)
        .where('state', '=', 'running')
        .where('lease_until', '<', sql<Date>`now()`)
        .selectAll()
        // Whoever holds it is at work on it, or froze in the middle and would hold up all other jobs.
        .forUpdate()
        .skipLocked()
        .executeTakeFirst()
      if (row === undefined) return undefined
      if (row.cancel_requested_at !== null) return endAsCancelled(trx, text, row)
      const losses = row.losses + 1
      if (losses >= MAX_LOSSES) return endAsLost(trx, text, row)
      return enqueue(trx, { jobId, from: ['running'], reason: 'worker-lost', set: { losses } })
    })
    if (job === undefined) return
    logger.warn(
      { jobId, attempt: job.attempt, state: job.state },
      'A job was taken from a worker that is lost',
    )
    if (job.text_key !== null && isTerminalState(job.state)) await text.expire(jobId)
    this.#nudge(job)
  }

  /** A job that nobody has answered in time has its end. */
  async #expireQuestions(): Promise<void> {
    const expired = await this.#parts.db
      .selectFrom('jobs')
      .where('state', '=', 'waiting')
      .where('question_until', '<', sql<Date>`now()`)
      .select('job_id')
      .limit(PAGE_SIZE)
      .execute()
    for (const { job_id: jobId } of expired) {
      await this.#attempt('end a job whose question has expired', () => this.#expireQuestion(jobId), jobId)
    }
  }

  async #expireQuestion(jobId: string): Promise<void> {
    const { db, text } = this.#parts
    const job = await db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom('jobs')
        .where('job_id', '=', jobId)
        .where('state', '=', 'waiting')
        .where('question_until', '<', sql<Date>`now()`)
        .selectAll()
        // Whoever holds it answers or cancels it.
        .forUpdate()
        .skipLocked()
        .executeTakeFirst()
      return row && expireQuestion(trx, text, row)
    })
    if (job === undefined) return
    if (job.text_key !== null) await text.expire(jobId)
    this.#nudge(job)
  }

  /** Jobs are created and queued in one transaction, so one that is only created was made by other means. */
  async #enqueueCreatedJobs(): Promise<void> {
    const { db } = this.#parts
    const created = await db
      .selectFrom('jobs')
      .where('state', '=', 'created')
      .select('job_id')
      .limit(PAGE_SIZE)
      .execute()
    for (const { job_id: jobId } of created) {
      const job = await db
        .transaction()
        .execute((trx) => enqueue(trx, { jobId, from: ['created'], reason: 'created' }))
      if (job !== undefined) this.#nudge(job)
    }
  }

  /** Adds the turns that Redis does not know, under their own number: one that is known after all is not added twice. */
  async #restoreTurns(): Promise<void> {
    const { queue, logger } = this.#parts
    let after: string | undefined
    do {
      const turns = await this.#publishedTurns(after)
      const missing = await queue.missing(turns)
      for (const turn of missing) await queue.add(turn)
      if (missing.length > 0)
        logger.warn({ turns: missing.length }, 'Redis had forgotten jobs; they are queued again')
      after = turns.length === PAGE_SIZE ? turns.at(-1)?.jobId : undefined
    } while (after !== undefined)
  }

  /** Turns that the relay has handed over. Those that it is still to hand over are missing in Redis for that reason. */
  async #publishedTurns(after: string | undefined) {
    let query = this.#parts.db
      .selectFrom('jobs')
      .where('state', '=', 'queued')
      .where(
        sql<boolean>`not exists (select from outbox
          where channel in ('job:' || jobs.job_id, 'user:' || jobs.user_id) and kind = 'dispatch' and run_id is null
            and body like '{"jobId":"' || jobs.job_id || '"%')`,
      )
    if (after !== undefined) query = query.where('job_id', '>', after)
    const rows = await query
      .select(['job_id', 'dispatch', 'not_before'])
      .orderBy('job_id')
      .limit(PAGE_SIZE)
      .execute()
    return rows.map((row) => ({ jobId: row.job_id, dispatch: row.dispatch, notBefore: row.not_before }))
  }

  /** Time until the first lease ends or question expires, in milliseconds; undefined when there is none, or Postgres does not say. */
  async #firstEndMs(): Promise<number | undefined> {
    try {
      const { rows } = await sql<{ ms: number | null }>`
        select (extract(epoch from least(
          (select min(lease_until) from jobs where state = 'running'),
          (select min(question_until) from jobs where state = 'waiting')
        ) - now()) * 1000)::float8 as ms`.execute(this.#parts.db)
      return rows[0]?.ms ?? undefined
    } catch {
      // The run has just logged that Postgres is away.
      return undefined
    }
  }

  #nudge(job: JobRow): void {
    this.#parts.relay.nudge([userChannel(job.user_id), jobChannel(job.job_id)])
  }

  async #attempt(what: string, work: () => Promise<void>, jobId?: string): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#parts.logger.warn(
        { err: error, jobId },
        `The reconciler could not ${what}; its next run tries again`,
      )
    }
  }
}
