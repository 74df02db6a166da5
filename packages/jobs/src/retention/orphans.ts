import { JOB_ID_PATTERN } from '@headway/events'
import type { Kysely } from 'kysely'
import { jobFolder, type ArtifactStore, type StoredFile } from '../artifacts/artifact-store.ts'
import type { Database } from '../database/database.ts'

/** Folders that one look goes through. It begins anywhere, so that every folder has its turn. */
const FOLDERS_PER_LOOK = 200

/** A younger file may be named by a row at any moment. */
const OLDER_THAN_MS = 24 * 3_600_000

/**
 * Keys in the store that no row names and no row will: what a crash left between the writing of a file and its commit, and
 * folders of jobs that are gone. Looks at a part of the store.
 */
export async function findOrphans(
  db: Kysely<Database>,
  artifacts: ArtifactStore,
  { random = Math.random, nowMs = Date.now() }: { random?: () => number; nowMs?: number } = {},
): Promise<string[]> {
  const all = (await artifacts.jobIds()).filter((jobId) => JOB_ID_PATTERN.test(jobId))
  const start = Math.floor(random() * all.length)
  const jobIds = [...all.slice(start), ...all.slice(0, start)].slice(0, FOLDERS_PER_LOOK)
  if (jobIds.length === 0) return []
  const known = await findNamedKeys(db, jobIds)
  const isOld = (file: StoredFile) => file.modifiedAt.getTime() < nowMs - OLDER_THAN_MS
  const orphans: string[] = []
  for (const jobId of jobIds) {
    const files = await artifacts.files(jobId)
    const named = known.get(jobId)
    if (named === undefined) {
      if (files.every(isOld)) orphans.push(jobFolder(jobId))
      continue
    }
    orphans.push(...files.filter((file) => isOld(file) && !named.has(file.key)).map((file) => file.key))
  }
  return orphans
}

/** Of the jobs that exist, the files that they have. */
async function findNamedKeys(
  db: Kysely<Database>,
  jobIds: readonly string[],
): Promise<Map<string, Set<string>>> {
  const rows = await db
    .selectFrom('jobs as job')
    .leftJoin('job_artifacts as artifact', 'artifact.job_id', 'job.job_id')
    .where('job.job_id', 'in', jobIds)
    .select(['job.job_id', 'job.text_key', 'artifact.storage_key'])
    .execute()
  const named = new Map<string, Set<string>>()
  for (const { job_id: jobId, text_key: text, storage_key: artifact } of rows) {
    const keys = named.get(jobId) ?? new Set()
    for (const key of [text, artifact]) if (key !== null) keys.add(key)
    named.set(jobId, keys)
  }
  return named
}
