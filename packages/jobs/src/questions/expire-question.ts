import type { Transaction } from 'kysely'
import { storedText, textColumns, type JobText } from '../artifacts/job-text.ts'
import { jobFailed } from '../attempts/attempt-messages.ts'
import type { Database, JobRow } from '../database/database.ts'
import { transition } from '../transitions/transition.ts'

/**
 * Ends a job as failed whose question nobody has answered in time; a resume asks again. The caller holds its row; after the
 * commit it lets the text expire.
 */
export async function expireQuestion(
  trx: Transaction<Database>,
  text: JobText,
  row: JobRow,
): Promise<JobRow | undefined> {
  const finished = storedText(row) ?? (await text.finish(row.job_id))
  const until = row.question_until?.toISOString()
  return transition(trx, {
    jobId: row.job_id,
    from: ['waiting'],
    to: 'failed',
    set: {
      ...textColumns(finished),
      error: `Nobody answered the question "${row.question?.name}" until ${until}. Resume the job to be asked again.`,
      error_code: 'question_expired',
      retryable: true,
    },
    messages: [jobFailed(finished)],
  })
}
