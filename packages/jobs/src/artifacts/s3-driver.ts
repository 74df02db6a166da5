import type { Readable } from 'node:stream'
import { GetObjectCommand, S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import { S3Driver } from 'flydrive/drivers/s3'
import type { ArtifactDriver, BytePart } from './artifact-driver.ts'
import { toStorageError } from './artifact-storage-error.ts'
import type { S3Settings } from './s3-settings.ts'

/** A stream is sent in parts of this size, one at a time: what an upload holds in memory is two of them. The smallest that S3 takes. */
const PART_BYTES = 5_242_880
/** Objects that are removed at the same time. */
const REMOVALS = 10

/** With the second try less than Postgres grants to a transaction that says nothing, in which a job's text is stored. */
const REQUEST_TIMEOUT_MS = 10_000
const MAX_ATTEMPTS = 2

/** Objects in a bucket. Only a process that is told of a bucket loads this file, and with it the AWS SDK. */
export class S3ArtifactDriver extends S3Driver implements ArtifactDriver {
  readonly #client: S3Client
  readonly #settings: S3Settings

  constructor(settings: S3Settings) {
    const client = new S3Client(clientConfig(settings))
    // The SDK's own errors hold parts of signed requests: nothing of those may reach a log.
    client.middlewareStack.add(
      (next, { commandName }) =>
        (args) =>
          next(args).catch((error: unknown) => {
            throw toStorageError(error, `${commandName} on bucket ${settings.bucket}`)
          }),
      { step: 'initialize', priority: 'high', name: 'storageErrors' },
    )
    // Buckets take no ACLs any more unless somebody has switched them on; who may read is the bucket's matter.
    super({ client, bucket: settings.bucket, visibility: 'private', supportsACL: false })
    this.#client = client
    this.#settings = settings
  }

  /** In parts, as a length is asked for and none is known. Parts of a stream that fails are removed. */
  override async putStream(key: string, contents: Readable): Promise<void> {
    const params = { Bucket: this.#settings.bucket, Key: key, Body: contents }
    await new Upload({ client: this.#client, params, queueSize: 1, partSize: PART_BYTES }).done()
  }

  async getPart(key: string, { first, last }: BytePart): Promise<Readable> {
    const object = { Bucket: this.#settings.bucket, Key: key, Range: `bytes=${first}-${last}` }
    const { Body } = await this.#client.send(new GetObjectCommand(object))
    return Body as Readable
  }

  /** One by one: the call for many answers "done" for objects that it has not removed, and not every storage has it. */
  override async deleteAll(prefix: string): Promise<void> {
    const folder = `${prefix.replace(/\/$/, '')}/`
    for (;;) {
      const { objects } = await this.listAll(folder, { recursive: true })
      const keys = [...objects].flatMap((object) => (object.isFile ? [object.key] : []))
      if (keys.length === 0) return
      while (keys.length > 0) await Promise.all(keys.splice(0, REMOVALS).map((key) => this.delete(key)))
    }
  }

  /** Asks for a key, so that a wrong bucket, endpoint, key or right shows itself at once. */
  async check(): Promise<void> {
    await this.listAll(`${this.#settings.prefix}jobs/`, { recursive: true, maxResults: 1 })
  }
}

function clientConfig({ endpoint, region, credentials, forcePathStyle }: S3Settings): S3ClientConfig {
  return {
    region,
    forcePathStyle,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials !== undefined && { credentials }),
    maxAttempts: MAX_ATTEMPTS,
    requestHandler: {
      connectionTimeout: 5000,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
      // A reader that stops for so long asks again, by a range.
      socketTimeout: 60_000,
    },
    // Storages that are not Amazon's know these sums in part, or not at all.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  }
}
