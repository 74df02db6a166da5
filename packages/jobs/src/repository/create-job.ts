import { randomUUID } from 'node:crypto'
import { jobChannel, userChannel, type JobView } from '@headway/events'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import { storableJson } from '../database/storable.ts'
import { addMessages } from '../outbox/outbox.ts'
import { enqueue } from '../transitions/enqueue.ts'
import { jobCreated } from '../transitions/lifecycle-messages.ts'
import { linkUploads } from '../uploads/link-uploads.ts'
import { claimKey, findAnswer, keepAnswer } from './idempotency-keys.ts'
import { NO_PARTS, toJobView } from './job-view.ts'

/** A job that is to be created. */
export interface NewJob {
  userId: string
  operationType: string
  /** Validated by the caller. */
  input: Record<string, unknown>
  /** Uploads that the input names. */
  uploadIds?: readonly string[] | undefined
  idempotency?: { key: string; bodySha256: string }
}

/** The first answer to a creation, which repeats of it get too. */
export interface CreatedJob {
  jobId: string
  state: 'created'
  job: JobView
}

/** What became of the wish to create a job. `repeated`: the key was used for this very body before. */
export type Creation =
  | { outcome: 'created' | 'repeated'; response: CreatedJob }
  | { outcome: 'idempotency_mismatch' }

/**
 * Inserts the job, announces it, and puts it into the queue. The answer shows it as it was created.
 *
 * @throws UnknownUploadError
 */
export async function createJob(trx: Transaction<Database>, newJob: NewJob): Promise<Creation> {
  const { userId, uploadIds = [], idempotency } = newJob
  const jobId = randomUUID()
  const request = idempotency && { userId, ...idempotency }
  if (request !== undefined) {
    const claim = await claimKey(trx, request, jobId)
    if (claim.outcome !== 'claimed') return toRepeat(claim)
  }
  const job = await insertJob(trx, jobId, newJob)
  await linkUploads(trx, { userId, jobId, uploadIds })
  await addMessages(trx, [userChannel(userId), jobChannel(jobId)], [jobCreated(job)])
  await enqueue(trx, { jobId, from: ['created'], reason: 'created' })
  const response: CreatedJob = { jobId, state: 'created', job: toJobView(job, NO_PARTS) }
  if (request !== undefined) await keepAnswer(trx, request, response)
  return { outcome: 'created', response }
}

/** What the first creation with this key was answered, if there was one: whatever has become of its limits since. */
export async function findRepeat(
  db: Kysely<Database>,
  { userId, idempotency }: Pick<NewJob, 'userId'> & Required<Pick<NewJob, 'idempotency'>>,
): Promise<Creation | undefined> {
  const answer = await findAnswer(db, { userId, ...idempotency })
  return answer && toRepeat(answer)
}

function toRepeat(answer: { outcome: 'repeated'; response: object } | { outcome: 'mismatch' }): Creation {
  if (answer.outcome === 'mismatch') return { outcome: 'idempotency_mismatch' }
  return { outcome: 'repeated', response: answer.response as CreatedJob }
}

function insertJob(trx: Transaction<Database>, jobId: string, newJob: NewJob): Promise<JobRow> {
  const { userId, operationType, input } = newJob
  return trx
    .insertInto('jobs')
    .values((eb) => {
      const operation = eb.selectFrom('operations').where('type', '=', operationType)
      return {
        job_id: jobId,
        user_id: userId,
        operation_type: operationType,
        state: 'created',
        version: 1,
        input: storableJson(input),
        priority: eb.fn.coalesce(operation.select('priority'), sql<number>`0`),
        exclusive: eb.fn.coalesce(operation.select('exclusive'), sql<boolean>`false`),
        // Ours, not now(): pages are cut at this time, and a Date holds no microseconds.
        created_at: new Date(),
      }
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}
