import { randomUUID } from 'node:crypto'
import { jobChannel, userChannel, type ArtifactView } from '@headway/events'
import type { Transaction } from 'kysely'
import type { ArtifactLimits } from '../artifacts/artifact-limits.ts'
import type { ArtifactSource } from '../artifacts/artifact-source.ts'
import { artifactKey, type ArtifactStore } from '../artifacts/artifact-store.ts'
import type { Database } from '../database/database.ts'
import { ArtifactTooLargeError } from '../errors.ts'
import { addMessages } from '../outbox/outbox.ts'
import { addUnusedFiles } from '../retention/unused-files.ts'
import type { AttemptFence } from './attempt-fence.ts'
import { FencedError } from './fenced-error.ts'

interface NewArtifact {
  name: string
  source: ArtifactSource
  contentType: string
  /** Ends the reading of the source. */
  signal?: AbortSignal | undefined
}

interface WrittenArtifact {
  name: string
  contentType: string
  key: string
  size: number
}

/**
 * Stores an artifact of the attempt's job, in place of an earlier one of its name, and announces it. The bytes are written first and under
 * a key of their own: while a disk is slow nobody waits for the job's row, and what is not committed replaces nothing.
 *
 * @throws FencedError, ArtifactTooLargeError
 */
export async function writeArtifact(
  fence: AttemptFence,
  { artifacts: store, artifactLimits: limits }: { artifacts: ArtifactStore; artifactLimits: ArtifactLimits },
  { source, signal, ...artifact }: NewArtifact,
): Promise<ArtifactView> {
  const key = artifactKey(fence.identity.jobId, randomUUID())
  const stop = signal ? AbortSignal.any([signal, fence.lostSignal]) : fence.lostSignal
  const size = await store.write(key, source, { maxBytes: limits.maxBytes, signal: stop })
  try {
    return await fence.write((trx) => commitArtifact(trx, fence, { ...artifact, key, size }, limits))
  } catch (error) {
    // Any other failure may have come after the commit; what was not committed is found as an orphan.
    if (error instanceof FencedError || error instanceof ArtifactTooLargeError) await store.remove(key)
    throw error
  }
}

async function commitArtifact(
  trx: Transaction<Database>,
  { identity: { jobId, userId, operationType } }: AttemptFence,
  { name, contentType, key, size }: WrittenArtifact,
  { maxBytesPerJob }: ArtifactLimits,
): Promise<ArtifactView> {
  const siblings = await trx
    .selectFrom('job_artifacts')
    .where('job_id', '=', jobId)
    .select(['artifact_id', 'name', 'size', 'storage_key'])
    .execute()
  const earlier = siblings.find((artifact) => artifact.name === name)
  const total = siblings.reduce((sum, artifact) => sum + artifact.size, size - (earlier?.size ?? 0))
  if (total > maxBytesPerJob) throw ArtifactTooLargeError.ofJob(total, maxBytesPerJob)
  const artifactId = earlier?.artifact_id ?? randomUUID()
  const stored = { content_type: contentType, size, storage_key: key }
  await trx
    .insertInto('job_artifacts')
    .values({ artifact_id: artifactId, job_id: jobId, name, ...stored })
    .onConflict((conflict) => conflict.column('artifact_id').doUpdateSet(stored))
    .execute()
  if (earlier !== undefined) await addUnusedFiles(trx, [earlier.storage_key])
  const view = { artifactId, name, contentType, size }
  await addMessages(
    trx,
    [userChannel(userId), jobChannel(jobId)],
    [{ type: 'JOB_ARTIFACT', payload: { jobId, operationType, ...view } }],
  )
  return view
}
