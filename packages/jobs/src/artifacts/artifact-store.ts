import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { JOB_ID_PATTERN as UUID, type ArtifactView } from '@headway/events'
import { Disk } from 'flydrive'
import type { Kysely } from 'kysely'
import type { Database } from '../database/database.ts'
import { ArtifactTooLargeError } from '../errors.ts'
import type { ArtifactDriver, BytePart } from './artifact-driver.ts'
import type { ArtifactSource } from './artifact-source.ts'
import { isMissingFile, unwrapStorageError } from './artifact-storage-error.ts'
import { MeasuredStream } from './measured-stream.ts'

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

/** Key of the text of a job that ended or waits: of its own for every write, for the same reason. */
export function textKey(jobId: string, fileId: string): string {
  return `${jobFolder(jobId)}texts/${fileId}`
}

export interface StoredFile {
  key: string
  modifiedAt: Date
}

export interface ArtifactStoreParts {
  db: Kysely<Database>
  driver: ArtifactDriver
  /** What every key begins with in the storage, for a bucket that others use too. */
  prefix?: string | undefined
}

export interface WriteLimits {
  maxBytes: number
  /** Ends the reading of a stream. */
  signal?: AbortSignal | undefined
}

/** Keeps the bytes of artifacts and texts. Postgres says what there is; this says what is in it. */
export class ArtifactStore {
  readonly #db: Kysely<Database>
  readonly #driver: ArtifactDriver
  readonly #disk: Disk
  readonly #prefix: string

  constructor({ db, driver, prefix = '' }: ArtifactStoreParts) {
    this.#db = db
    this.#driver = driver
    this.#disk = new Disk(driver)
    this.#prefix = prefix
  }

  /** Stores the bytes under the key, in place of what was there. */
  put(key: string, data: Uint8Array): Promise<void> {
    return unwrapped(this.#disk.put(this.#prefix + key, data))
  }

  /**
   * Stores what the source brings, a stream without ever holding all of it, and answers how many bytes that were. Leaves nothing behind when
   * the source fails, is too large or is to end.
   *
   * @throws ArtifactTooLargeError, the error of the source, the reason of the signal
   */
  async write(key: string, source: ArtifactSource, limits: WriteLimits): Promise<number> {
    if (typeof source !== 'string' && !(source instanceof Uint8Array))
      return this.#writeStream(key, source, limits)
    const bytes = typeof source === 'string' ? Buffer.from(source) : source
    if (bytes.byteLength > limits.maxBytes) throw ArtifactTooLargeError.ofArtifact(limits.maxBytes)
    await this.put(key, bytes)
    return bytes.byteLength
  }

  /** All the bytes under the key, held at once. */
  async get(key: string): Promise<Buffer> {
    return Buffer.from(await unwrapped(this.#disk.getBytes(this.#prefix + key)))
  }

  /** Reads the bytes as they are asked for: all, or a part of them. */
  stream(key: string, part?: BytePart): Promise<Readable> {
    const at = this.#prefix + key
    return unwrapped(part === undefined ? this.#disk.getStream(at) : this.#driver.getPart(at, part))
  }

  /** Removes the bytes under the key, or all below it where it ends in a slash; a key without any is no error. */
  remove(key: string): Promise<void> {
    const at = this.#prefix + key
    return unwrapped(at.endsWith('/') ? this.#disk.deleteAll(at) : this.#disk.delete(at))
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

  async #writeStream(
    key: string,
    source: AsyncIterable<string | Uint8Array>,
    { maxBytes, signal }: WriteLimits,
  ): Promise<number> {
    // Its error is read once the write has ended.
    const measured = new MeasuredStream(maxBytes).on('error', () => undefined)
    // Nobody waits for it: a source that hangs may never be done with its end, and what it brought is known by then.
    pipeline(source, measured, { signal }).catch(() => undefined)
    try {
      await this.#disk.putStream(this.#prefix + key, measured)
      return measured.counted
    } catch (error) {
      const failure = measured.errored ?? unwrapStorageError(error)
      // Whatever still comes is read by nobody.
      measured.destroy()
      // What can't be removed now is found as an orphan.
      await this.remove(key).catch(() => undefined)
      throw signal?.aborted ? signal.reason : failure
    }
  }

  /** Keys, and folders without their last slash where it does not go into them. Nothing for a folder that is not there. */
  async #list(folder: string, { recursive }: { recursive: boolean }): Promise<string[]> {
    const keys: string[] = []
    let page: string | undefined
    try {
      do {
        const at = this.#prefix + folder
        const { objects, paginationToken } = await unwrapped(
          this.#disk.listAll(at, { recursive, ...(page && { paginationToken: page }) }),
        )
        for (const object of objects) keys.push(object.isFile ? object.key : object.prefix)
        page = paginationToken
      } while (page !== undefined)
    } catch (error) {
      if (isMissingFile(error)) return keys
      throw error
    }
    return keys.map((key) => key.slice(this.#prefix.length))
  }

  /** Undefined for a file that was removed since it was listed. */
  async #stat(key: string): Promise<StoredFile | undefined> {
    try {
      const { lastModified } = await unwrapped(this.#disk.getMetaData(this.#prefix + key))
      return { key, modifiedAt: lastModified }
    } catch (error) {
      if (isMissingFile(error)) return undefined
      throw error
    }
  }
}

async function unwrapped<T>(promise: Promise<T>): Promise<T> {
  try {
    return await promise
  } catch (error) {
    throw unwrapStorageError(error)
  }
}
