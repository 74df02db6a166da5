import { JOB_ID_PATTERN, type JobState } from '@headway/events'
import type { Transaction } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import { enqueue } from '../transitions/enqueue.ts'
import { jobResumed } from '../transitions/lifecycle-messages.ts'

export type ResumeDecision =
  | { outcome: 'resumed'; row: JobRow }
  | { outcome: 'conflict'; state: JobState }
  | { outcome: 'not_found' }

/** Puts a job that failed or was cancelled into the queue again; it goes on after its last completed step. */
export async function resumeJob(
  trx: Transaction<Database>,
  { userId, jobId }: { userId: string; jobId: string },
): Promise<ResumeDecision> {
  if (!JOB_ID_PATTERN.test(jobId)) return { outcome: 'not_found' }
  const row = await enqueue(trx, {
    jobId,
    from: ['failed', 'cancelled'],
    where: (job) => job('user_id', '=', userId),
    reason: 'resumed',
    set: {
      result: null,
      error: null,
      error_code: null,
      retryable: null,
      failures: 0,
      losses: 0,
      finished_at: null,
      cancel_requested_at: null,
      cancel_reason: null,
      cancelled_by: null,
    },
    before: [jobResumed(await lastCompletedStep(trx, jobId))],
  })
  if (row !== undefined) return { outcome: 'resumed', row }

  const job = await trx
    .selectFrom('jobs')
    .where('job_id', '=', jobId)
    .where('user_id', '=', userId)
    .select('state')
    .executeTakeFirst()
  return job === undefined ? { outcome: 'not_found' } : { outcome: 'conflict', state: job.state }
}

async function lastCompletedStep(trx: Transaction<Database>, jobId: string): Promise<string | undefined> {
  const step = await trx
    .selectFrom('job_steps')
    .where('job_id', '=', jobId)
    .where('status', '=', 'completed')
    .select('name')
    .orderBy('index', 'desc')
    .limit(1)
    .executeTakeFirst()
  return step?.name
}
