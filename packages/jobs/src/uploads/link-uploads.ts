import { JOB_ID_PATTERN } from '@headway/events'
import { sql, type Transaction } from 'kysely'
import type { Database } from '../database/database.ts'

/** A job names an upload that is not there, or is not its user's. */
export class UnknownUploadError extends Error {
  override readonly name = 'UnknownUploadError'
  readonly code = 'bad_request'
  readonly uploadId: string

  constructor(uploadId: string) {
    super('There is no such upload: it may have expired. Upload the file again.')
    this.uploadId = uploadId
  }
}

/**
 * Gives a job the uploads that its input names, which keeps them for as long as the job.
 *
 * @throws UnknownUploadError
 */
export async function linkUploads(
  trx: Transaction<Database>,
  { userId, jobId, uploadIds }: { userId: string; jobId: string; uploadIds: readonly string[] },
): Promise<void> {
  // In one order, so that two jobs with the same uploads do not wait for each other.
  for (const uploadId of new Set([...uploadIds].toSorted())) {
    if (!(await touch(trx, userId, uploadId))) throw new UnknownUploadError(uploadId)
    await trx.insertInto('job_uploads').values({ job_id: jobId, upload_id: uploadId }).execute()
  }
}

async function touch(trx: Transaction<Database>, userId: string, uploadId: string): Promise<boolean> {
  if (!JOB_ID_PATTERN.test(uploadId)) return false
  const { numUpdatedRows } = await trx
    .updateTable('uploads')
    .set({ used_at: sql<Date>`now()` })
    .where('upload_id', '=', uploadId)
    .where('user_id', '=', userId)
    .where('size', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}
