import { sql, type Kysely } from 'kysely'
import type { Database } from '../database/database.ts'
import { addUnusedFiles } from '../retention/unused-files.ts'

/** For how long an upload is kept that no job has. */
export const UPLOAD_KEPT_HOURS = 24

/**
 * Forgets uploads that no job has had for a day, also those that were cut off. Their files are removed after the commit, see
 * {@link addUnusedFiles}.
 *
 * @returns how many were forgotten; fewer than `limit` when none is left that nobody else is at
 */
export async function removeUnusedUploads(db: Kysely<Database>, limit: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('uploads')
      .where('used_at', '<', sql<Date>`now() - make_interval(hours => ${UPLOAD_KEPT_HOURS})`)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom('job_uploads')
              .whereRef('job_uploads.upload_id', '=', 'uploads.upload_id')
              .select('job_uploads.job_id'),
          ),
        ),
      )
      .select(['upload_id', 'storage_key'])
      .orderBy('used_at')
      .limit(limit)
      // A job that is just being created with it has changed its row.
      .forUpdate()
      .skipLocked()
      .execute()
    if (rows.length === 0) return 0
    await addUnusedFiles(
      trx,
      rows.map((row) => row.storage_key),
    )
    const ids = rows.map((row) => row.upload_id)
    await trx.deleteFrom('uploads').where('upload_id', 'in', ids).execute()
    return rows.length
  })
}
