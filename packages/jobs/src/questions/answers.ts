import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import { storableJson } from '../database/storable.ts'

export interface Answer {
  value: unknown
}

/** What the job was told when it asked this, if it was. */
export function findAnswer(
  db: Kysely<Database>,
  jobId: string,
  question: string,
): Promise<Answer | undefined> {
  return db
    .selectFrom('job_answers')
    .where('job_id', '=', jobId)
    .where('name', '=', question)
    .select('value')
    .executeTakeFirst()
}

/** Keeps an answer. One to a question that was asked again takes the place of the earlier one. */
export async function keepAnswer(
  trx: Transaction<Database>,
  { jobId, question, value }: { jobId: string; question: string; value: unknown },
): Promise<void> {
  const answer = { value: storableJson(value), answered_at: sql<Date>`now()` }
  await trx
    .insertInto('job_answers')
    .values({ job_id: jobId, name: question, ...answer })
    .onConflict((conflict) => conflict.columns(['job_id', 'name']).doUpdateSet(answer))
    .execute()
}
