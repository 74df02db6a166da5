import type { Logger } from '@headway/event-log'
import type { Kysely } from 'kysely'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import type { Database } from '../database/database.ts'
import type { OperationRegistry } from '../operations/operation-registry.ts'
import { deleteExpiredKeys } from '../repository/idempotency-keys.ts'
import { removeUnusedUploads } from '../uploads/unused-uploads.ts'
import { findOrphans } from './orphans.ts'
import { findOldJobs, findSurplusJobs, removeEndedJobs } from './remove-ended-jobs.ts'
import { removeUnusedFiles } from './unused-files.ts'

/** What is kept of jobs that have ended. */
export interface RetentionLimits {
  /** Days after its end for which a job is kept. @default 30 */
  maxAgeDays: number
  /** Ended jobs that are kept of one user; the newest ones. @default 1_000 */
  maxJobsPerUser: number
}

/** Where nothing else is set: 30 days, 1,000 ended jobs of a user. */
export const DEFAULT_RETENTION: RetentionLimits = { maxAgeDays: 30, maxJobsPerUser: 1_000 }

export interface RetentionParts {
  db: Kysely<Database>
  artifacts: ArtifactStore
  operations: Pick<OperationRegistry, 'forget'>
  logger: Logger
  limits?: RetentionLimits | undefined
}

/** Jobs, or keys of files, that one transaction removes: short enough that nobody notices its locks. */
const BATCH_SIZE = 100
/** Jobs that one question for surplus ones finds: it reads an index of all that have ended. */
const SURPLUS_PAGE = 1_000
/** A run ends after this time, whatever is left: others wait for the same queue. */
const RUN_MS = 2_000
/** How long a kind of work stays in the list that no worker has named. */
const OPERATION_DAYS = 7

/**
 * Forgets what has been kept for long enough: jobs that ended, with their steps, answers, texts and artifacts; idempotency
 * keys; uploads that no job has; operations without workers. Any number of runs may be at it at once, in small transactions.
 */
export class Retention {
  readonly #parts: RetentionParts

  constructor(parts: RetentionParts) {
    this.#parts = parts
  }

  get limits(): RetentionLimits {
    return this.#parts.limits ?? DEFAULT_RETENTION
  }

  /** Removes for a short while. False where there is more to do: run it again soon. */
  async run(): Promise<boolean> {
    const { db, operations, artifacts, logger } = this.#parts
    const endsAt = performance.now() + RUN_MS
    const jobs = await this.#removeJobs(endsAt)
    if (jobs > 0) logger.info({ jobs }, 'Jobs that had ended long ago, or were too many, were removed')
    await operations.forget(OPERATION_DAYS)
    const areKeysDone = await until(endsAt, () => deleteExpiredKeys(db, BATCH_SIZE))
    const areUploadsDone = await until(endsAt, () => removeUnusedUploads(db, BATCH_SIZE))
    const isDone = areKeysDone && areUploadsDone
    return (await until(endsAt, () => removeUnusedFiles(db, artifacts, BATCH_SIZE))) && isDone
  }

  /** Looks through a part of the store for files that no row names, and removes those that are older than a day. */
  async removeOrphans(): Promise<void> {
    const { db, artifacts, logger } = this.#parts
    const keys = await findOrphans(db, artifacts)
    for (const key of keys) await artifacts.remove(key)
    if (keys.length > 0) logger.info({ files: keys.length }, 'Files that belong to no job were removed')
  }

  async #removeJobs(endsAt: number): Promise<number> {
    const { db } = this.#parts
    const { maxAgeDays, maxJobsPerUser } = this.limits
    const old = () => findOldJobs(db, { maxAgeDays, limit: BATCH_SIZE })
    const surplus = () => findSurplusJobs(db, { maxJobsPerUser, limit: SURPLUS_PAGE })
    return (await this.#removeAll(old, endsAt)) + (await this.#removeAll(surplus, endsAt))
  }

  /** Until none is found, time is up, or those that are found are held by others. */
  async #removeAll(find: () => Promise<string[]>, endsAt: number): Promise<number> {
    let total = 0
    while (performance.now() < endsAt) {
      const found = await find()
      let removed = 0
      for (let at = 0; at < found.length && performance.now() < endsAt; at += BATCH_SIZE) {
        removed += await removeEndedJobs(this.#parts.db, found.slice(at, at + BATCH_SIZE))
      }
      if (removed === 0) break
      total += removed
    }
    return total
  }
}

/** Removes batch after batch; false when time is up before the last one. */
async function until(endsAt: number, removeBatch: () => Promise<number>): Promise<boolean> {
  while (performance.now() < endsAt) {
    if ((await removeBatch()) < BATCH_SIZE) return true
  }
  return false
}
