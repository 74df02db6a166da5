import type { Kysely, Transaction } from 'kysely'
import type { ArtifactStore } from '../artifacts/artifact-store.ts'
import type { Database } from '../database/database.ts'

/**
 * Says that no row names these keys any more, in the transaction that makes it so. Retention removes the bytes after the commit, and
 * again until that has worked: a crash leaves neither a row without its file nor a file that nobody knows.
 *
 * @param keys files, or folders where they end in a slash
 */
export async function addUnusedFiles(trx: Transaction<Database>, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return
  await trx
    .insertInto('unused_files')
    .values(keys.map((key) => ({ storage_key: key })))
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/**
 * Removes the bytes that were unused first, and forgets their keys.
 *
 * @returns how many keys were done; fewer than `limit` when none is left that nobody else is at
 */
export async function removeUnusedFiles(
  db: Kysely<Database>,
  artifacts: ArtifactStore,
  limit: number,
): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('unused_files')
      .select('storage_key')
      .orderBy('unused_since')
      .limit(limit)
      .forUpdate()
      .skipLocked()
      .execute()
    const keys = rows.map((row) => row.storage_key)
    if (keys.length === 0) return 0
    for (const key of keys) await artifacts.remove(key)
    await trx.deleteFrom('unused_files').where('storage_key', 'in', keys).execute()
    return keys.length
  })
}
