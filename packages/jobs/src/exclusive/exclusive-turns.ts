import type { Logger } from '@headway/event-log'
import { jobChannel, userChannel } from '@headway/events'
import type { Redis } from 'ioredis'
import { sql, type Kysely } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import type { Relay } from '../outbox/relay.ts'
import { jobQueued } from '../transitions/lifecycle-messages.ts'
import { redispatch } from '../transitions/transition.ts'
import { bringNextForward } from './bring-next-forward.ts'
import { busyDelayMs } from './busy-delay.ts'

export interface ExclusiveTurnsParts {
  db: Kysely<Database>
  relay: Pick<Relay, 'flush' | 'nudge'>
  redis: Pick<Redis, 'publish'>
  logger: Logger
}

type Contender = Pick<JobRow, 'job_id' | 'user_id' | 'priority' | 'busy_count'>

/** The Redis channel on which the worker of a job hears that it is to give way. */
export function preemptChannel(jobId: string): string {
  return `job:preempt:${jobId}`
}

/** What becomes of the turn of an exclusive job that another one of its user stands in the way of. */
export class ExclusiveTurns {
  readonly #parts: ExclusiveTurnsParts

  constructor(parts: ExclusiveTurnsParts) {
    this.#parts = parts
  }

  /**
   * Puts the job back into the queue (JOB_QUEUED, `busy`) where another exclusive job of its user runs, or waits and is more urgent.
   * A running one that is less urgent is asked to give way. False where nothing stands in the way.
   */
  async putOff(turn: { jobId: string; dispatch: number }): Promise<boolean> {
    const job = await this.#find(turn)
    if (job === undefined) return false
    const holder = await this.#holderOf(job)
    if (holder === undefined && !(await this.#isOutranked(job))) return false
    if (holder !== undefined && holder.priority < job.priority) await this.#askToGiveWay(holder)
    const isPutOff = await this.#queueAgain(job, turn.dispatch)
    // It may have ended before anybody could see that this job waits for it.
    if ((await this.#holderOf(job)) === undefined) await this.#next(job.user_id)
    return isPutOff
  }

  async #find({ jobId, dispatch }: { jobId: string; dispatch: number }): Promise<Contender | undefined> {
    return this.#parts.db
      .selectFrom('jobs')
      .where('job_id', '=', jobId)
      .where('dispatch', '=', dispatch)
      .where('state', '=', 'queued')
      .where('exclusive', '=', true)
      .select(['job_id', 'user_id', 'priority', 'busy_count'])
      .executeTakeFirst()
  }

  async #holderOf({ user_id: userId }: Contender) {
    return this.#parts.db
      .selectFrom('jobs')
      .where('user_id', '=', userId)
      .where('exclusive', '=', true)
      .where('state', '=', 'running')
      .select(['job_id', 'attempt', 'priority'])
      .executeTakeFirst()
  }

  async #isOutranked({ user_id: userId, priority }: Contender): Promise<boolean> {
    const row = await this.#parts.db
      .selectFrom('jobs')
      .where('user_id', '=', userId)
      .where('exclusive', '=', true)
      .where('state', '=', 'queued')
      .where('busy_count', '>', 0)
      .where('priority', '>', priority)
      .select('job_id')
      .executeTakeFirst()
    return row !== undefined
  }

  /** In the job's row, so that its worker learns it with its next renewal at the latest. */
  async #askToGiveWay({ job_id: jobId, attempt }: Pick<JobRow, 'job_id' | 'attempt'>): Promise<void> {
    const { db, redis, logger } = this.#parts
    await db
      .updateTable('jobs')
      .set({ preempt_requested_at: sql<Date>`coalesce(preempt_requested_at, now())` })
      .where('job_id', '=', jobId)
      .where('attempt', '=', attempt)
      .where('state', '=', 'running')
      .execute()
    redis.publish(preemptChannel(jobId), '').catch((error: unknown) => {
      logger.debug({ err: error, jobId }, 'Redis did not take the word that a job is to give way')
    })
  }

  async #queueAgain(job: Contender, dispatch: number): Promise<boolean> {
    const { db, relay } = this.#parts
    const { job_id: jobId, user_id: userId, busy_count: count } = job
    const notBefore = new Date(Date.now() + busyDelayMs(count + 1, Math.random()))
    const changed = await db.transaction().execute((trx) =>
      redispatch(trx, {
        jobId,
        where: (eb) => eb('dispatch', '=', dispatch),
        set: { queued_reason: 'busy', not_before: notBefore, busy_count: count + 1 },
        messages: [jobQueued('busy')],
      }),
    )
    if (changed) await relay.flush([userChannel(userId), jobChannel(jobId)])
    return changed !== undefined
  }

  async #next(userId: string): Promise<void> {
    const { db, relay } = this.#parts
    await db.transaction().execute((trx) => bringNextForward(trx, userId))
    relay.nudge([userChannel(userId)])
  }
}
