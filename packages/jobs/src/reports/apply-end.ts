import type { Progress } from '@headway/event-log'
import { sql, type Transaction } from 'kysely'
import { storedText, textColumns, type JobText } from '../artifacts/job-text.ts'
import { jobCompleted, jobFailed } from '../attempts/attempt-messages.ts'
import type { Database, JobRow } from '../database/database.ts'
import { storableJson, storableText } from '../database/storable.ts'
import { retryDelayMs } from '../queue/retry-delay.ts'
import { endAsCancelled } from '../repository/cancel-job.ts'
import { enqueue } from '../transitions/enqueue.ts'
import { transition, type Announcement } from '../transitions/transition.ts'
import type { CompleteReport, ErrorReport } from './parse-report.ts'

const ERROR_MAX_LENGTH = 4_000

export interface EndParts {
  text: JobText
  /** The newest progress that was sent. */
  newest: Progress | undefined
}

/**
 * Ends a job, or gives it back to the queue, as its worker has reported. The caller holds its row, and has seen that it runs under
 * the report's attempt. One that was to be cancelled is cancelled, however it ended.
 */
export async function applyEnd(
  trx: Transaction<Database>,
  job: JobRow,
  report: CompleteReport | ErrorReport,
  { text, newest }: EndParts,
): Promise<JobRow> {
  if (job.cancel_requested_at !== null) return endAsCancelled(trx, text, job)
  const progress = progressColumns(job, newest)
  if (report.kind === 'error' && report.retryable && (await mayRetry(trx, job)))
    return retry(trx, job, progress)

  const finished = storedText(job) ?? (await text.finish(job.job_id))
  const set = { ...textColumns(finished), ...progress }
  if (report.kind === 'complete') {
    const result = storableJson(report.result)
    return move(trx, job, {
      to: 'completed',
      set: { ...set, result, error: null, error_code: null, retryable: null },
      messages: [withDuration(jobCompleted(result, finished), report.durationMs)],
    })
  }
  return move(trx, job, {
    to: 'failed',
    set: {
      ...set,
      error: storableText(report.message.slice(0, ERROR_MAX_LENGTH)),
      error_code: report.code,
      retryable: report.retryable,
      failures: sql<number>`failures + 1`,
    },
    messages: [jobFailed(finished)],
  })
}

/** As an attempt of ours that failed: later each time, behind the last completed step. */
async function retry(
  trx: Transaction<Database>,
  job: JobRow,
  progress: ReturnType<typeof progressColumns>,
): Promise<JobRow> {
  const delayMs = retryDelayMs(job.failures + 1, Math.random())
  return changed(
    job,
    await enqueue(trx, {
      jobId: job.job_id,
      from: ['running'],
      reason: 'retry',
      notBefore: new Date(Date.now() + delayMs),
      // A worker that says that its attempt has failed was not lost.
      set: { ...progress, failures: sql<number>`failures + 1`, losses: 0 },
    }),
  )
}

async function mayRetry(trx: Transaction<Database>, job: JobRow): Promise<boolean> {
  const operation = await trx
    .selectFrom('operations')
    .where('type', '=', job.operation_type)
    .select('max_failures')
    .executeTakeFirst()
  return job.failures + 1 < (operation?.max_failures ?? 1)
}

async function move(
  trx: Transaction<Database>,
  job: JobRow,
  change: Pick<Parameters<typeof transition>[1], 'to' | 'set' | 'messages'>,
): Promise<JobRow> {
  return changed(job, await transition(trx, { jobId: job.job_id, from: ['running'], ...change }))
}

function changed(before: JobRow, after: JobRow | undefined): JobRow {
  if (after === undefined)
    throw new Error(`Job ${before.job_id} left ${before.state} although its row is held.`)
  return after
}

function withDuration(announce: Announcement, durationMs: number | undefined): Announcement {
  if (durationMs === undefined) return announce
  return (job) => {
    const message = announce(job)
    return message.type === 'JOB_COMPLETED'
      ? { ...message, payload: { ...message.payload, durationMs } }
      : message
  }
}

/** What was sent last is kept, so that a view without Redis shows it too. */
function progressColumns(job: JobRow, newest: Progress | undefined) {
  if (newest?.attempt !== job.attempt) return {}
  return { progress: newest.progress, progress_n: newest.n, label: storableText(newest.label) }
}
