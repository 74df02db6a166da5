import type { Logger } from '@headway/event-log'
import { jobChannel, userChannel } from '@headway/events'
import type { Redis } from 'ioredis'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import { isOfType } from '../operations/is-of-type.ts'
import type { Relay } from '../outbox/relay.ts'
import { jobQueued } from '../transitions/lifecycle-messages.ts'
import { redispatch } from '../transitions/transition.ts'
import { bringNextForward } from './bring-next-forward.ts'
import { busyDelayMs } from './busy-delay.ts'
import { lockExclusion, mayRun } from './one-exclusive-job.ts'

export interface ExclusiveTurnsParts {
  db: Kysely<Database>
  relay: Pick<Relay, 'flush'>
  redis: Pick<Redis, 'publish'>
  logger: Logger
}

/** A turn in the queue that a worker was given, and the kinds of work that it runs; default: any. */
export interface OfferedTurn {
  jobId: string
  dispatch: number
  operationTypes?: readonly string[]
}

/**
 * What became of a turn that could not be claimed: `put-off` behind another exclusive job of the user; `free`, since that one has just
 * ended; or nothing, because no exclusive job that this worker runs is queued under it.
 */
export type TurnDecision = 'put-off' | 'free' | 'not-ours'

type Holder = Pick<JobRow, 'job_id' | 'attempt' | 'priority'>

/** The Redis channel on which the worker of a job hears that the attempt in the message is to give way. */
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
   * Puts the job back into the queue (JOB_QUEUED, `busy`) where another exclusive job of its user runs, or waits and goes before it.
   * A running one that is less urgent is then asked to give way: it must find this one waiting when it does.
   */
  async putOff(turn: OfferedTurn): Promise<TurnDecision> {
    const { db, relay } = this.#parts
    const { decision, job, holder } = await db.transaction().execute((trx) => decide(trx, turn))
    if (decision !== 'put-off') return decision
    if (holder !== undefined && holder.priority < job.priority) await this.#askToGiveWay(holder)
    await relay.flush([userChannel(job.user_id), jobChannel(job.job_id)])
    return decision
  }

  /** In the job's row, so that its worker learns it with its next renewal at the latest. */
  async #askToGiveWay({ job_id: jobId, attempt }: Holder): Promise<void> {
    const { db, redis, logger } = this.#parts
    try {
      await db
        .updateTable('jobs')
        .set({ preempt_requested_at: sql<Date>`coalesce(preempt_requested_at, now())` })
        .where('job_id', '=', jobId)
        .where('attempt', '=', attempt)
        .where('state', '=', 'running')
        .execute()
      await redis.publish(preemptChannel(jobId), String(attempt))
    } catch (error) {
      logger.warn(
        { err: error, jobId, attempt },
        'a job could not be asked to give way; the next look asks again',
      )
    }
  }
}

type Decided =
  | { decision: 'put-off'; job: JobRow; holder: Holder | undefined }
  | { decision: 'free' | 'not-ours'; job?: never; holder?: never }

async function decide(trx: Transaction<Database>, turn: OfferedTurn): Promise<Decided> {
  const job = await lockTurn(trx, turn)
  if (job === undefined) return { decision: 'not-ours' }
  await lockExclusion(trx, job.user_id)
  if (await isFree(trx, turn.jobId)) return { decision: 'free' }

  const count = job.busy_count + 1
  const notBefore = new Date(Date.now() + busyDelayMs(count, Math.random()))
  const changed = await redispatch(trx, {
    jobId: turn.jobId,
    set: { queued_reason: 'busy', not_before: notBefore, busy_count: count },
    messages: [jobQueued('busy')],
  })
  if (changed === undefined) throw new Error(`Job ${turn.jobId} left the queue although its row is held.`)
  const holder = await holderOf(trx, job.user_id)
  if (holder === undefined) await bringNextForward(trx, job.user_id)
  return { decision: 'put-off', job: changed, holder }
}

async function lockTurn(
  trx: Transaction<Database>,
  { jobId, dispatch, operationTypes }: OfferedTurn,
): Promise<JobRow | undefined> {
  return (
    trx
      .selectFrom('jobs')
      .where('job_id', '=', jobId)
      .where('dispatch', '=', dispatch)
      .where('state', '=', 'queued')
      .where('exclusive', '=', true)
      // A job that no worker can run must not make another one give way.
      .where(isOfType(operationTypes))
      .selectAll()
      .forUpdate()
      .executeTakeFirst()
  )
}

/** What was in the way has ended since. */
async function isFree(trx: Transaction<Database>, jobId: string): Promise<boolean> {
  const row = await trx
    .selectFrom('jobs')
    .where('job_id', '=', jobId)
    .where(mayRun)
    .select('job_id')
    .executeTakeFirst()
  return row !== undefined
}

async function holderOf(trx: Transaction<Database>, userId: string): Promise<Holder | undefined> {
  return trx
    .selectFrom('jobs')
    .where('user_id', '=', userId)
    .where('exclusive', '=', true)
    .where('state', '=', 'running')
    .select(['job_id', 'attempt', 'priority'])
    .executeTakeFirst()
}
