import { jobChannel, type OutgoingMessage } from '@headway/events'
import type { Checkpoint } from '@headway/event-log'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import { storableJson, storableText } from '../database/storable.ts'
import { addMessages } from '../outbox/outbox.ts'
import type { CheckpointReport } from './parse-report.ts'

/** Records a completed step, with JOB_STEP and JOB_CHECKPOINT. The caller holds the job's row. */
export async function applyCheckpoint(
  trx: Transaction<Database>,
  job: JobRow,
  report: CheckpointReport & { textEnd: number },
): Promise<void> {
  const { job_id: jobId, operation_type: operationType, attempt } = job
  const step = storableText(report.step)
  // A step that is reported again is the last one again: what goes on behind it has its newest data.
  const last = sql<number>`(select coalesce(max(index), -1) + 1 from job_steps where job_id = ${jobId} and name <> ${step})`
  const completed = {
    status: 'completed' as const,
    attempt,
    result: storableJson(report.data),
    text_end: report.textEnd,
    error: null,
    index: last,
  }
  const { index } = await trx
    .insertInto('job_steps')
    .values({ job_id: jobId, name: step, ...completed })
    .onConflict((conflict) => conflict.columns(['job_id', 'name']).doUpdateSet(completed))
    .returning('index')
    .executeTakeFirstOrThrow()
  await trx.updateTable('jobs').set({ losses: 0 }).where('job_id', '=', jobId).execute()
  await addMessages(trx, [jobChannel(jobId)], [
    { type: 'JOB_STEP', payload: { jobId, operationType, step, index, status: 'completed' } },
    { type: 'JOB_CHECKPOINT', payload: { jobId, operationType, step } },
  ] satisfies OutgoingMessage[])
}

/** The last completed step of a job, with its data. */
export async function lastCheckpoint(db: Kysely<Database>, jobId: string): Promise<Checkpoint | null> {
  const row = await db
    .selectFrom('job_steps')
    .where('job_id', '=', jobId)
    .where('status', '=', 'completed')
    .select(['name', 'result'])
    .orderBy('index', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : { step: row.name, data: row.result }
}
