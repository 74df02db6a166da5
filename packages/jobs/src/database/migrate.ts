import type { Kysely } from 'kysely'
import { Migrator } from 'kysely/migration'
import { MigrationFailedError } from '../errors.ts'
import { migrations } from '../migrations/index.ts'
import type { Database } from './database.ts'

/**
 * Brings the tables up to date, in one transaction: after a failure nothing has changed.
 * Any number of instances may call it at once: Kysely holds an advisory lock, so one works and the others wait.
 *
 * @throws MigrationFailedError
 */
export async function migrate(db: Kysely<Database>): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve(migrations) },
    migrationTableName: 'headway_migrations',
    migrationLockTableName: 'headway_migrations_lock',
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error === undefined) return
  const failed = results?.find((result) => result.status === 'Error')
  throw new MigrationFailedError(failed?.migrationName, error)
}
