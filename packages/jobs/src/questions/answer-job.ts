import { JOB_ID_PATTERN, type JobState } from '@headway/events'
import { sql, type Transaction } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import { enqueue } from '../transitions/enqueue.ts'
import { keepAnswer } from './answers.ts'
import { jobAnswered } from './question-messages.ts'

/** An answer of a job's owner, and how it is checked. */
export interface AnswerRequest<TProblem> {
  userId: string
  jobId: string
  /** Name of the question. */
  question: string
  value: unknown
  /**
   * Says what is wrong with the value by the JSON Schema of the question; undefined for nothing. Asked while the job's
   * row is held, so that the schema is that of the question which is answered.
   */
  check: (schema: Record<string, unknown>, value: unknown) => TProblem | undefined
}

/** What became of an answer. */
export type AnswerDecision<TProblem> =
  | { outcome: 'answered'; row: JobRow }
  | { outcome: 'invalid'; problem: TProblem }
  /** It does not wait, or for the answer to another question. */
  | { outcome: 'conflict'; state: JobState; openQuestion: string | undefined }
  /** Its time is over, and the job about to fail. */
  | { outcome: 'expired' }
  | { outcome: 'not_found' }

/**
 * Takes the answer to the open question of a job and puts the job back into the queue. Of several answers, one is taken; none after the
 * question's time, although no reconciler has come by yet.
 */
export async function answerJob<TProblem>(
  trx: Transaction<Database>,
  { userId, jobId, question, value, check }: AnswerRequest<TProblem>,
): Promise<AnswerDecision<TProblem>> {
  if (!JOB_ID_PATTERN.test(jobId)) return { outcome: 'not_found' }
  const job = await trx
    .selectFrom('jobs')
    .where('job_id', '=', jobId)
    .where('user_id', '=', userId)
    .select(['state', 'question'])
    .forUpdate()
    .executeTakeFirst()
  if (job === undefined) return { outcome: 'not_found' }
  const { state, question: open } = job
  if (open?.name !== question) return { outcome: 'conflict', state, openQuestion: open?.name }
  const problem = check(open.schema, value)
  if (problem !== undefined) return { outcome: 'invalid', problem }

  const row = await enqueue(trx, {
    jobId,
    from: ['waiting'],
    // The time of the write: a transaction that has waited for the row is older.
    where: (waiting) => waiting('question_until', '>', sql<Date>`clock_timestamp()`),
    reason: 'answered',
    before: [jobAnswered(question)],
  })
  // The row is held, so nothing else has changed.
  if (row === undefined) return { outcome: 'expired' }
  await keepAnswer(trx, { jobId, question, value })
  return { outcome: 'answered', row }
}
