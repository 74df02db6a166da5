import { randomUUID } from 'node:crypto'
import { jobChannel, userChannel, type ArtifactView } from '@headway/events'
import type { Transaction } from 'kysely'
import { artifactKey, type ArtifactStore } from '../artifacts/artifact-store.ts'
import type { Database } from '../database/database.ts'
import { addMessages } from '../outbox/outbox.ts'
import { addUnusedFiles } from '../retention/unused-files.ts'
import type { AttemptFence } from './attempt-fence.ts'
import { FencedError } from './fenced-error.ts'

interface NewArtifact {
  name: string
  bytes: Uint8Array
  contentType: string
}

/**
 * Stores an artifact of the attempt's job, in place of an earlier one of its name, and announces it. The bytes are written first and under
 * a key of their own: while a disk is slow nobody waits for the job's row, and what is not committed replaces nothing.
 *
 * @throws FencedError
 */
export async function writeArtifact(
  fence: AttemptFence,
  store: ArtifactStore,
  artifact: NewArtifact,
): Promise<ArtifactView> {
  const key = artifactKey(fence.identity.jobId, randomUUID())
  await store.put(key, artifact.bytes)
  try {
    return await fence.write((trx) => commitArtifact(trx, fence, { ...artifact, key }))
  } catch (error) {
    // Any other failure may have come after the commit; what was not committed is found as an orphan.
    if (error instanceof FencedError) await store.remove(key)
    throw error
  }
}

async function commitArtifact(
  trx: Transaction<Database>,
  { identity: { jobId, userId, operationType } }: AttemptFence,
  { name, bytes, contentType, key }: NewArtifact & { key: string },
): Promise<ArtifactView> {
  const earlier = await trx
    .selectFrom('job_artifacts')
    .where('job_id', '=', jobId)
    .where('name', '=', name)
    .select(['artifact_id', 'storage_key'])
    .executeTakeFirst()
  const artifactId = earlier?.artifact_id ?? randomUUID()
  const stored = { content_type: contentType, size: bytes.length, storage_key: key }
  await trx
    .insertInto('job_artifacts')
    .values({ artifact_id: artifactId, job_id: jobId, name, ...stored })
    .onConflict((conflict) => conflict.column('artifact_id').doUpdateSet(stored))
    .execute()
  if (earlier !== undefined) await addUnusedFiles(trx, [earlier.storage_key])
  const view = { artifactId, name, contentType, size: bytes.length }
  await addMessages(
    trx,
    [userChannel(userId), jobChannel(jobId)],
    [{ type: 'JOB_ARTIFACT', payload: { jobId, operationType, ...view } }],
  )
  return view
}
