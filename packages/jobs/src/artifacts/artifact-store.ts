import type { Readable } from 'node:stream'
import { JOB_ID_PATTERN as UUID, type ArtifactView } from '@headway/events'
import { Disk } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'
import type { Kysely } from 'kysely'
import type { Database } from '../database/database.ts'

/** The folder of everything that the store keeps of a job. */
export function jobFolder(jobId: string): string {
  return `jobs/${jobId}/`
}

/**
 * Key of an artifact's bytes: made of ids of ours alone, never of a name that a client or a page has chosen. Every write has
 * a file of its own, so that it takes the place of an earlier one when it is committed, and not before.
 */
export function artifactKey(jobId: string, fileId: string): string {
  return `${jobFolder(jobId)}artifacts/${fileId}`
}

/** Key of the text of a job that ended. */
export function textKey(jobId: string): string {
  return `${jobFolder(jobId)}text`
}

/** Keeps the bytes of artifacts and texts. Postgres says what there is; this says what is in it. */
export class ArtifactStore {
  readonly #db: Kysely<Database>
  readonly #disk: Disk

  /** @param directory absolute path; made when the first artifact is stored */
  constructor({ db, directory }: { db: Kysely<Database>; directory: string }) {
    this.#db = db
    this.#disk = new Disk(new FSDriver({ location: directory, visibility: 'private' }))
  }

  /** Stores the bytes under the key, in place of what was there. */
  put(key: string, data: Uint8Array): Promise<void> {
    return this.#disk.put(key, data)
  }

  async get(key: string): Promise<Buffer> {
    return Buffer.from(await this.#disk.getBytes(key))
  }

  stream(key: string): Promise<Readable> {
    return this.#disk.getStream(key)
  }

  /** Removes the bytes under the key, or all below it where it ends in a slash; a key without any is no error. */
  remove(key: string): Promise<void> {
    return key.endsWith('/') ? this.#disk.deleteAll(key) : this.#disk.delete(key)
  }

  /** An artifact of this job of this user, or undefined: for a missing one and for another user's alike. */
  async find(
    userId: string,
    jobId: string,
    artifactId: string,
  ): Promise<(ArtifactView & { key: string }) | undefined> {
    if (!UUID.test(jobId) || !UUID.test(artifactId)) return undefined
    const row = await this.#db
      .selectFrom('job_artifacts as artifact')
      .innerJoin('jobs as job', 'job.job_id', 'artifact.job_id')
      .where('artifact.artifact_id', '=', artifactId)
      .where('job.job_id', '=', jobId)
      .where('job.user_id', '=', userId)
      .select(['artifact_id', 'name', 'content_type', 'size', 'storage_key'])
      .executeTakeFirst()
    if (row === undefined) return undefined
    return {
      artifactId: row.artifact_id,
      name: row.name,
      contentType: row.content_type,
      size: row.size,
      key: row.storage_key,
    }
  }
}
