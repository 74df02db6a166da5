import type { PendingOrder } from '@headway/events'
import { sql, type Transaction } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import { changeOrderState, type OrderRef } from './change-order-state.ts'
import { batchMessages, tellUser } from './tell-orders.ts'

/** An order, and the job that brings it into the ERP. */
export interface Submission extends OrderRef {
  /** The job that brings the order into the ERP. */
  jobId: string
}

/** What became of a job's wish to bring an order into the ERP. */
export type Taking =
  | {
      outcome: 'taken'
      order: PendingOrder
      /** So long ago the order was sent to the ERP, by this job or an earlier one, and nobody has seen an answer. */
      sentMsAgo: number | undefined
    }
  /** This very job has brought it there already. */
  | { outcome: 'submitted'; order: PendingOrder }
  | { outcome: 'not_found' }
  /** It is there already, or on its way by another job. */
  | { outcome: 'conflict'; order: PendingOrder }

/**
 * Makes an order a job's own, and tells of it: from then on it is `submitting`, and nobody changes it. Again by a later attempt of the
 * same job, nothing happens.
 *
 *     draft, failed ──take──▶ submitting ──record──▶ submitted
 *           ▲                     │
 *           └──the job has ended──┘
 */
export async function takeOrder(
  trx: Transaction<Database>,
  { userId, orderId, jobId }: Submission,
): Promise<Taking> {
  const step = await changeOrderState(trx, { userId, orderId, to: 'submitting' })
  if (step.outcome === 'not_found') return { outcome: 'not_found' }
  const { order } = step
  const submission = await findSubmission(trx, orderId)
  if (step.outcome === 'changed') await assign(trx, orderId, jobId)
  else if (submission?.job_id !== jobId) return { outcome: 'conflict', order }
  if (step.outcome === 'conflict') return { outcome: 'submitted', order }
  return { outcome: 'taken', order, sentMsAgo: submission?.sent_ms_ago ?? undefined }
}

/** To be committed before an order is sent: whoever comes after a crash knows that the ERP may be at work on it. */
export async function noteSending(trx: Transaction<Database>, submission: Submission): Promise<void> {
  await noteSentAt(trx, submission, sql<Date>`clock_timestamp()`)
}

/** The ERP has answered, whatever it was: it is at work on the order no more. */
export async function noteAnswer(trx: Transaction<Database>, submission: Submission): Promise<void> {
  await noteSentAt(trx, submission, null)
}

/** The order is in the ERP, under this number. Told once, also when it is recorded again. */
export async function recordSubmission(
  trx: Transaction<Database>,
  { userId, orderId, jobId, erpNumber }: Submission & { erpNumber: string },
): Promise<void> {
  const step = await changeOrderState(trx, { userId, orderId, to: 'submitted', erpNumber })
  if (step.outcome === 'conflict' || step.outcome === 'not_found') {
    throw new Error(`Order ${orderId} is in the ERP as ${erpNumber}, and here it is ${step.outcome}.`)
  }
  await noteAnswer(trx, { userId, orderId, jobId })
}

/**
 * The orders that a job was bringing into the ERP when it ended: they have failed with it, or are drafts again where it was cancelled. Part of the
 * transaction in which the job ends: whoever ends it, no order is left on its way for ever.
 */
export async function releaseOrders(trx: Transaction<Database>, job: JobRow): Promise<void> {
  const orders = await trx
    .selectFrom('order_submissions')
    .innerJoin('pending_orders', 'pending_orders.id', 'order_submissions.order_id')
    .where('order_submissions.job_id', '=', job.job_id)
    .where('pending_orders.state', '=', 'submitting')
    .select('pending_orders.id')
    .forUpdate('pending_orders')
    .execute()
  if (orders.length === 0) return
  const ids = orders.map(({ id }) => id)
  const state = job.state === 'cancelled' ? 'draft' : 'failed'
  await trx
    .updateTable('pending_orders')
    .set({ state, version: sql<number>`version + 1`, updated_at: new Date() })
    .where('id', 'in', ids)
    .execute()
  await tellUser(trx, job.user_id, batchMessages({ created: [], updated: ids }))
}

async function assign(trx: Transaction<Database>, orderId: string, jobId: string): Promise<void> {
  await trx
    .insertInto('order_submissions')
    .values({ order_id: orderId, job_id: jobId })
    .onConflict((conflict) => conflict.column('order_id').doUpdateSet({ job_id: jobId }))
    .execute()
}

async function findSubmission(trx: Transaction<Database>, orderId: string) {
  const msAgo = sql<number | null>`extract(epoch from clock_timestamp() - sent_at)::double precision * 1000`
  return trx
    .selectFrom('order_submissions')
    .where('order_id', '=', orderId)
    .select(['job_id', msAgo.as('sent_ms_ago')])
    .executeTakeFirst()
}

async function noteSentAt(
  trx: Transaction<Database>,
  { orderId, jobId }: Submission,
  sentAt: ReturnType<typeof sql<Date>> | null,
): Promise<void> {
  await trx
    .updateTable('order_submissions')
    .set({ sent_at: sentAt })
    .where('order_id', '=', orderId)
    .where('job_id', '=', jobId)
    .execute()
}
