import type { Transaction } from 'kysely'
import { storedText, textColumns, type JobText } from '../artifacts/job-text.ts'
import { jobFailed } from '../attempts/attempt-messages.ts'
import type { Database, JobRow } from '../database/database.ts'
import { transition } from '../transitions/transition.ts'

/** Workers that a job may lose in a row, with no step completed between, before it is taken for what ends them. */
export const MAX_LOSSES = 5

const ERROR = `${MAX_LOSSES} workers in a row were lost while they ran this job, and no step was completed between. It may be what ends them: see their logs, then resume.`

/** Ends a job as failed that has lost one worker too many. The caller holds its row; after the commit it lets the text expire. */
export async function endAsLost(
  trx: Transaction<Database>,
  text: JobText,
  row: JobRow,
): Promise<JobRow | undefined> {
  const finished = storedText(row) ?? (await text.finish(row.job_id))
  return transition(trx, {
    jobId: row.job_id,
    from: ['running'],
    to: 'failed',
    set: { ...textColumns(finished), error: ERROR, error_code: 'worker_lost', retryable: true },
    messages: [jobFailed(finished)],
  })
}
