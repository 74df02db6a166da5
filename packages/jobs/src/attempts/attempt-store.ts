import { jobChannel, userChannel } from '@headway/events'
import { sql } from 'kysely'
import type { JobRow } from '../database/database.ts'
import { ExclusiveTurns, type ExclusiveTurnsParts, type TurnDecision } from '../exclusive/exclusive-turns.ts'
import { isTakenByAnother, mayRun } from '../exclusive/one-exclusive-job.ts'
import { isOfType } from '../operations/is-of-type.ts'
import { transition } from '../transitions/transition.ts'
import { AttemptFence } from './attempt-fence.ts'
import { jobStarted } from './attempt-messages.ts'
import { Attempt, type AttemptParts } from './attempt.ts'
import { leaseEnd, LeaseRenewal, type HeldLease } from './lease-renewal.ts'

/** A worker's wish to have a job. */
export interface Claim {
  jobId: string
  /** The turn in the queue that the worker was given; an older one claims nothing. */
  dispatch: number
  /** Unique per process start: leases are renewed by it. */
  workerId: string
  leaseMs: number
  /** The kinds of work that the worker runs; a job of another kind is left alone. Default: any. */
  operationTypes?: readonly string[]
}

/** Where workers take jobs and say that they still run them. */
export class AttemptStore {
  readonly #parts: AttemptParts
  readonly #leases: LeaseRenewal
  readonly #exclusive: ExclusiveTurns

  constructor(parts: AttemptParts & ExclusiveTurnsParts) {
    this.#parts = parts
    this.#leases = new LeaseRenewal(parts)
    this.#exclusive = new ExclusiveTurns(parts)
  }

  /**
   * Takes the job for a worker: raises its attempt, which shuts out every earlier one, and announces JOB_STARTED. Undefined where
   * the job is not in the queue under this dispatch, is of another kind, or is exclusive and another one of its user is in its way.
   */
  async claim(claim: Claim): Promise<Attempt | undefined> {
    const { db, logger, relay } = this.#parts
    const job = await this.#take(claim)
    if (job === undefined) return undefined

    const { jobId } = claim
    const steps = await db.selectFrom('job_steps').where('job_id', '=', jobId).selectAll().execute()
    const { user_id: userId, operation_type: operationType, attempt } = job
    const fence = new AttemptFence({ jobId, userId, operationType, attempt }, this.#parts)
    try {
      await fence.raise()
    } catch (error) {
      // The writers raise it as soon as Redis refuses one of them.
      logger.warn({ err: error, jobId, attempt }, 'the fence of an attempt is not in Redis yet')
    }
    await relay.flush([userChannel(userId), jobChannel(jobId)])
    return new Attempt(this.#parts, fence, job, steps)
  }

  /**
   * For a turn that {@link claim} could not take: puts an exclusive job back into the queue that another one of its user stands in
   * the way of. `free` where that one has just ended.
   */
  putOff(turn: Pick<Claim, 'jobId' | 'dispatch' | 'operationTypes'>): Promise<TurnDecision> {
    return this.#exclusive.putOff(turn)
  }

  /** True for a job that waits in the queue under this dispatch: another kind of worker is to take it. */
  async isQueued({ jobId, dispatch }: Pick<Claim, 'jobId' | 'dispatch'>): Promise<boolean> {
    const row = await this.#parts.db
      .selectFrom('jobs')
      .where('job_id', '=', jobId)
      .where('dispatch', '=', dispatch)
      .where('state', '=', 'queued')
      .select('job_id')
      .executeTakeFirst()
    return row !== undefined
  }

  /**
   * Extends the leases of the jobs that a worker runs. A job that is missing in the answer is no longer the worker's.
   *
   * @param jobIds what it really runs: a job that was claimed for it and that nobody runs must be found by its lease
   */
  async renewLeases(
    workerId: string,
    { leaseMs, jobIds }: { leaseMs: number; jobIds: readonly string[] },
  ): Promise<HeldLease[]> {
    return jobIds.length === 0 ? [] : this.#leases.renew({ workerId, leaseMs, jobIds })
  }

  async #take({ jobId, dispatch, workerId, leaseMs, operationTypes }: Claim): Promise<JobRow | undefined> {
    try {
      return await this.#parts.db.transaction().execute((trx) =>
        transition(trx, {
          jobId,
          to: 'running',
          from: ['queued'],
          where: (eb) => eb.and([eb('dispatch', '=', dispatch), mayRun(eb), isOfType(operationTypes)(eb)]),
          set: {
            attempt: sql<number>`attempt + 1`,
            worker_id: workerId,
            lease_until: leaseEnd(leaseMs),
            started_at: sql<Date>`coalesce(started_at, now())`,
            finished_at: null,
            // Progress is counted per attempt.
            progress_n: 0,
            busy_count: 0,
          },
          messages: [jobStarted],
        }),
      )
    } catch (error) {
      if (isTakenByAnother(error)) return undefined
      throw error
    }
  }
}
