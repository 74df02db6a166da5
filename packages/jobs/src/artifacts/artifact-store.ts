import type { Readable } from 'node:stream'
import { JOB_ID_PATTERN as UUID, type ArtifactView } from '@headway/events'
import { Disk } from 'flydrive'
import { FSDriver } from 'flydrive/drivers/fs'
import type { Kysely } from 'kysely'
import type { Database } from '../database/database.ts'

const JOBS = 'jobs/'

/** The folder of everything that the store keeps of a job. */
export function jobFolder(jobId: string): string {
  return `${JOBS}${jobId}/`
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

export interface StoredFile {
  key: string
  modifiedAt: Date
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

  /** Jobs that have a folder, whether or not they exist. */
  async jobIds(): Promise<string[]> {
    const folders = await this.#list(JOBS, { recursive: false })
    return folders.map((name) => name.slice(JOBS.length))
  }

  /** Everything that the store keeps of a job. */
  async files(jobId: string): Promise<StoredFile[]> {
    const keys = await this.#list(jobFolder(jobId), { recursive: true })
    const files = await Promise.all(keys.map((key) => this.#stat(key)))
    return files.filter((file) => file !== undefined)
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

  /** Keys, and folders without their last slash where it does not go into them. Nothing for a folder that is not there. */
  async #list(folder: string, options: { recursive: boolean }): Promise<string[]> {
    try {
      const { objects } = await this.#disk.listAll(folder, options)
      return [...objects].map((object) => (object.isFile ? object.key : object.prefix))
    } catch (error) {
      if (isMissing(error)) return []
      throw error
    }
  }

  /** Undefined for a file that was removed since it was listed. */
  async #stat(key: string): Promise<StoredFile | undefined> {
    try {
      const { lastModified } = await this.#disk.getMetaData(key)
      return { key, modifiedAt: lastModified }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }
}

/** True where the store says, in whatever wrapping, that there is no such file or folder. */
function isMissing(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ('code' in cause && cause.code === 'ENOENT') return true
  }
  return false
}
