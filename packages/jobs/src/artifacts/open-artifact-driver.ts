import { resolve } from 'node:path'
import type { Logger } from '@headway/event-log'
import type { ArtifactDriver } from './artifact-driver.ts'
import { ArtifactStorageError } from './artifact-storage-error.ts'
import { FolderDriver } from './folder-driver.ts'
import type { S3ArtifactDriver } from './s3-driver.ts'
import type { S3Settings } from './s3-settings.ts'

export interface ArtifactDriverOptions {
  logger: Logger
  /** Folder of the bytes where no bucket is named. */
  artifactsDir: string
  artifactsBucket?: S3Settings | undefined
}

/**
 * Opens the storage that the settings name. A bucket that can't be reached just now is a warning: jobs run until they store something.
 *
 * @throws ArtifactStorageError where the bucket is not there, or refuses the key; Error where the packages for S3 are not installed
 */
export async function openArtifactDriver(options: ArtifactDriverOptions): Promise<ArtifactDriver> {
  const { logger, artifactsBucket: bucket, artifactsDir } = options
  if (bucket === undefined) return new FolderDriver(resolve(artifactsDir))
  const driver = await openBucket(bucket)
  try {
    await driver.check()
  } catch (error) {
    if (!(error instanceof ArtifactStorageError) || error.code !== 'unavailable') throw error
    logger.warn({ err: error }, 'the artifact storage does not answer; nothing can be stored until it does')
  }
  return driver
}

/** Loads the AWS SDK, which a deployment with a folder has no use for. */
async function openBucket(bucket: S3Settings): Promise<S3ArtifactDriver> {
  const s3 = await import('./s3-driver.ts').catch((error: unknown) => {
    const packages = '@aws-sdk/client-s3, @aws-sdk/lib-storage and @aws-sdk/s3-request-presigner'
    throw new Error(`The packages for S3 could not be loaded. Install ${packages}.`, { cause: error })
  })
  return new s3.S3ArtifactDriver(bucket)
}
