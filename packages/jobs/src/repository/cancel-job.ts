import { JOB_ID_PATTERN, type CancelledBy, type JobState } from '@headway/events'
import { sql, type Transaction } from 'kysely'
import { storedText, textColumns, type JobText } from '../artifacts/job-text.ts'
import type { Database, JobRow } from '../database/database.ts'
import { storableText } from '../database/storable.ts'
import { jobCancelled } from '../transitions/lifecycle-messages.ts'
import { transition } from '../transitions/transition.ts'

/** Somebody's wish that a job be cancelled. */
export interface CancelRequest {
  userId: string
  jobId: string
  reason?: string
  by: CancelledBy
}

export type CancelDecision =
  /** It has ended so, now or before. */
  | { outcome: 'cancelled'; row: JobRow }
  /** A worker runs it, and is to end it. */
  | { outcome: 'requested'; row: JobRow }
  | { outcome: 'conflict'; state: JobState }
  | { outcome: 'not_found' }

/**
 * The Redis channel on which the worker of a job hears that it is to be cancelled: JSON with `attempt`, which alone is meant; whatever runs, where
 * the message names none.
 */
export function cancelChannel(jobId: string): string {
  return `job:cancel:${jobId}`
}

/** Ends a job that no worker runs, asks the worker of one that runs, and leaves one alone that has ended. */
export async function cancelJob(
  trx: Transaction<Database>,
  text: JobText,
  { userId, jobId, reason, by }: CancelRequest,
): Promise<CancelDecision> {
  const row = await findForUpdate(trx, userId, jobId)
  if (row === undefined) return { outcome: 'not_found' }
  switch (row.state) {
    case 'cancelled':
      return { outcome: 'cancelled', row }
    case 'completed':
    case 'failed':
      return { outcome: 'conflict', state: row.state }
    case 'running':
      return { outcome: 'requested', row: await requestCancel(trx, row, { reason, by }) }
    case 'created':
    case 'queued':
    case 'waiting':
      await requestCancel(trx, row, { reason, by })
      return { outcome: 'cancelled', row: await endAsCancelled(trx, text, row) }
    default:
      return row.state satisfies never
  }
}

/**
 * Ends a job as cancelled that has been asked to and that no worker can end. The caller holds its row, so that no worker
 * claims it while its text is sealed and stored; after the commit it lets the text expire.
 */
export async function endAsCancelled(
  trx: Transaction<Database>,
  text: JobText,
  row: JobRow,
): Promise<JobRow> {
  // A job that no worker ever had has no text, and its cancel needs no Redis.
  const finished = storedText(row) ?? (row.attempt === 0 ? {} : await text.finish(row.job_id))
  const job = await transition(trx, {
    jobId: row.job_id,
    to: 'cancelled',
    set: textColumns(finished),
    messages: [jobCancelled],
  })
  if (job === undefined) throw new Error(`Job ${row.job_id} left ${row.state} although its row is held.`)
  return job
}

async function findForUpdate(
  trx: Transaction<Database>,
  userId: string,
  jobId: string,
): Promise<JobRow | undefined> {
  if (!JOB_ID_PATTERN.test(jobId)) return undefined
  return trx
    .selectFrom('jobs')
    .where('job_id', '=', jobId)
    .where('user_id', '=', userId)
    .selectAll()
    .forUpdate()
    .executeTakeFirst()
}

/** The first request stands: a later one changes neither its time nor its reason. */
function requestCancel(
  trx: Transaction<Database>,
  row: JobRow,
  { reason, by }: { reason: string | undefined; by: CancelledBy },
): Promise<JobRow> {
  const isFirst = row.cancel_requested_at === null
  return trx
    .updateTable('jobs')
    .set({
      updated_at: sql<Date>`now()`,
      ...(isFirst && {
        cancel_requested_at: sql<Date>`now()`,
        cancel_reason: reason === undefined ? null : storableText(reason),
        cancelled_by: by,
      }),
    })
    .where('job_id', '=', row.job_id)
    .returningAll()
    .executeTakeFirstOrThrow()
}
