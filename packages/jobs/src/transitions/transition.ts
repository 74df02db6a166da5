import {
  JOB_STATES,
  canTransition,
  isTerminalState,
  jobChannel,
  userChannel,
  type JobState,
  type MessageType,
  type OutgoingMessage,
} from '@headway/events'
import {
  sql,
  type Expression,
  type ExpressionBuilder,
  type SqlBool,
  type Transaction,
  type UpdateObject,
} from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import { bringNextForward } from '../exclusive/bring-next-forward.ts'
import { releaseOrders } from '../orders/order-submissions.ts'
import { addDispatch, addMessages } from '../outbox/outbox.ts'

/** A message about a job that carries its version. */
type LifecycleMessage = OutgoingMessage<
  {
    [T in MessageType]: OutgoingMessage<T>['payload'] extends { jobId: string; version: number } ? T : never
  }[MessageType]
>

/** Makes a message of the job as it is after the change, with the version that the message is to carry. */
export type Announcement = (job: JobRow) => LifecycleMessage

type ControlledColumn = 'job_id' | 'user_id' | 'state' | 'version' | 'dispatch' | 'updated_at'

export interface JobChange {
  jobId: string
  /** The job is changed only where this holds too: its owner, the attempt that writes, a lease that ended. */
  where?: (job: ExpressionBuilder<Database, 'jobs'>) => Expression<SqlBool>
  /** Columns beside those that the change of state sets itself. */
  set?: Omit<UpdateObject<Database, 'jobs'>, ControlledColumn>
  /** Each one raises the version by one and goes to the user's and the job's channel, in this order. */
  messages: readonly Announcement[]
}

export interface Transition extends JobChange {
  to: JobState
  /** The states it may come from, among those that `JOB_TRANSITIONS` allows. Default: all of them. */
  from?: readonly JobState[]
}

/**
 * The one way in which a job's state changes. One conditional UPDATE, made from `JOB_TRANSITIONS`, moves the job and
 * locks it; its messages join the outbox in the same transaction. A job that enters `queued` gets a new turn in the
 * queue (`dispatch`), which follows its messages; one that leaves `running` loses its lease, one that leaves `waiting` its
 * question; one that ends gets its `finished_at`. Where an exclusive job is in the way of others no more, the next one of its user gets
 * its turn. One that fails or is cancelled gives back the orders that it was bringing into the ERP.
 *
 * @returns the job after the change, or undefined: it is in no state that leads there, or `where` does not hold
 */
export async function transition(
  trx: Transaction<Database>,
  { to, from, ...change }: Transition,
): Promise<JobRow | undefined> {
  const states = statesInto(to, from)
  const job = await applyChange(trx, states, {
    ...change,
    set: { ...columnsOf(to), ...change.set },
  })
  if (job === undefined) return undefined
  if (to === 'queued') {
    await addDispatch(trx, { jobId: job.job_id, dispatch: job.dispatch, notBefore: job.not_before })
  }
  if (to === 'failed' || to === 'cancelled') await releaseOrders(trx, job)
  if (job.exclusive && to !== 'running' && states.some(isInTheWay)) await bringNextForward(trx, job.user_id)
  return job
}

/** Gives a queued job another turn, with its messages before it. Same conditions, same return as {@link transition}. */
export async function redispatch(trx: Transaction<Database>, change: JobChange): Promise<JobRow | undefined> {
  const set = { ...change.set, dispatch: sql<number>`jobs.dispatch + 1` }
  const job = await applyChange(trx, ['queued'], { ...change, set })
  if (job !== undefined) {
    await addDispatch(trx, { jobId: job.job_id, dispatch: job.dispatch, notBefore: job.not_before })
  }
  return job
}

/** Lifecycle messages (JOB_RUNNING) of a job that stays in its state. Same conditions, same return as {@link transition}. */
export function announce(
  trx: Transaction<Database>,
  { state, ...change }: JobChange & { state: JobState },
): Promise<JobRow | undefined> {
  return applyChange(trx, [state], change)
}

/** The states that a job may leave for `to`, of those in `from` where it is given. */
export function statesInto(to: JobState, from: readonly JobState[] = JOB_STATES): JobState[] {
  return from.filter((state) => canTransition(state, to))
}

/** An exclusive job that runs keeps others of its user back, and so may one that waits for that. */
function isInTheWay(state: JobState): boolean {
  return state === 'running' || state === 'queued'
}

/** What entering a state sets, whatever the reason. */
function columnsOf(to: JobState): UpdateObject<Database, 'jobs'> {
  return {
    state: to,
    ...(to !== 'running' && { worker_id: null, lease_until: null, preempt_requested_at: null }),
    ...(to !== 'waiting' && { question: null, question_until: null }),
    ...(to === 'queued' && {
      not_before: null,
      busy_count: 0,
      dispatch: sql<number>`jobs.dispatch + 1`,
    }),
    ...(isTerminalState(to) && { finished_at: sql<Date>`now()` }),
  }
}

async function applyChange(
  trx: Transaction<Database>,
  states: readonly JobState[],
  { jobId, where, set, messages }: JobChange & { set?: UpdateObject<Database, 'jobs'> },
): Promise<JobRow | undefined> {
  if (states.length === 0) return undefined
  const job = await trx
    .updateTable('jobs')
    .set({ ...set, version: sql<number>`version + ${messages.length}::int`, updated_at: sql<Date>`now()` })
    .where('job_id', '=', jobId)
    .where('state', 'in', states)
    .where((eb) => where?.(eb) ?? eb.lit(true))
    .returningAll()
    .executeTakeFirst()
  if (job === undefined) return undefined
  const firstVersion = job.version - messages.length + 1
  await addMessages(
    trx,
    [userChannel(job.user_id), jobChannel(jobId)],
    messages.map((message, index) => message({ ...job, version: firstVersion + index })),
  )
  return job
}
