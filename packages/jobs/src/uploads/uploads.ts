import { randomUUID } from 'node:crypto'
import type { Readable } from 'node:stream'
import { JOB_ID_PATTERN } from '@headway/events'

import { sql, type Kysely, type Transaction } from 'kysely'
import type { ArtifactSource } from '../artifacts/artifact-source.ts'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import type { Database } from '../database/database.ts'
import { addUnusedFiles } from '../retention/unused-files.ts'
import { UPLOAD_KEPT_HOURS } from './unused-uploads.ts'

/** A file that a user has sent, for jobs to read. */
export interface Upload {
  uploadId: string
  name: string
  contentType: string
  /** In bytes. */
  size: number
}

/** A file that is to be kept. */
export interface NewUpload {
  userId: string
  /** As the user calls it; shown, and never part of a path. */
  name: string
  contentType: string
  source: ArtifactSource
  maxBytes: number
  /** Uploads of the user that no job has, this one included. */
  maxUnused: number
  /** Ends the reading of the source. */
  signal?: AbortSignal
}

/** What became of an upload. */
export type UploadOutcome =
  | { outcome: 'stored'; upload: Upload; expiresAt: Date }
  /** The user has as many uploads as may be that no job has. */
  | { outcome: 'too_many' }

/** An upload that a job reads. */
export interface ReadableUpload extends Upload {
  /** Its bytes, from the beginning, as they are asked for. */
  stream(): Promise<Readable>
}

/**
 * Files that users send before they start the job that reads them. One that no job has is removed after a day; one that a job
 * has is kept for as long as that job. A row is there before its file: whatever is cut off in between is found and removed.
 */
export class Uploads {
  readonly #db: Kysely<Database>
  readonly #artifacts: ArtifactStore

  constructor({ db, artifacts }: { db: Kysely<Database>; artifacts: ArtifactStore }) {
    this.#db = db
    this.#artifacts = artifacts
  }

  /**
   * Stores what the source brings, which is never held as a whole; nothing is left of one that fails.
   *
   * @throws ArtifactTooLargeError, the error of the source, the reason of the signal
   */
  async store(upload: NewUpload): Promise<UploadOutcome> {
    const { userId, name, contentType, source, maxBytes, signal } = upload
    const uploadId = randomUUID()
    const key = `uploads/${uploadId}`
    const isBegun = await this.#db.transaction().execute((trx) => begin(trx, uploadId, key, upload))
    if (!isBegun) return { outcome: 'too_many' }
    try {
      const size = await this.#artifacts.write(key, source, { maxBytes, signal })
      const { used_at: storedAt } = await this.#db
        .updateTable('uploads')
        .set({ size, used_at: sql<Date>`now()` })
        .where('upload_id', '=', uploadId)
        .where('user_id', '=', userId)
        .returning('used_at')
        .executeTakeFirstOrThrow()
      const expiresAt = new Date(storedAt.getTime() + UPLOAD_KEPT_HOURS * 3_600_000)
      return { outcome: 'stored', upload: { uploadId, name, contentType, size }, expiresAt }
    } catch (error) {
      // What can't be forgotten now expires.
      await this.#forget(uploadId, key).catch(() => undefined)
      throw error
    }
  }

  /** Undefined for one that is missing, another user's, or not whole. */
  async find(userId: string, uploadId: string): Promise<ReadableUpload | undefined> {
    if (!JOB_ID_PATTERN.test(uploadId)) return undefined
    const row = await this.#db
      .selectFrom('uploads')
      .where('upload_id', '=', uploadId)
      .where('user_id', '=', userId)
      .selectAll()
      .executeTakeFirst()
    if (row === undefined || row.size === null) return undefined
    const { name, content_type: contentType, size, storage_key: key } = row
    return { uploadId, name, contentType, size, stream: () => this.#artifacts.stream(key) }
  }

  async #forget(uploadId: string, key: string): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await addUnusedFiles(trx, [key])
      await trx.deleteFrom('uploads').where('upload_id', '=', uploadId).execute()
    })
  }
}

/** False where the user has too many already. One upload of a user at a time is counted. */
async function begin(
  trx: Transaction<Database>,
  uploadId: string,
  key: string,
  { userId, name, contentType, maxUnused }: NewUpload,
): Promise<boolean> {
  await sql`select pg_advisory_xact_lock(hashtext('headway.uploads'), hashtext(${userId}))`.execute(trx)
  const { count } = await trx
    .selectFrom('uploads')
    .where('user_id', '=', userId)
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
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  if (count >= maxUnused) return false
  await trx
    .insertInto('uploads')
    .values({ upload_id: uploadId, user_id: userId, name, content_type: contentType, storage_key: key })
    .execute()
  return true
}
