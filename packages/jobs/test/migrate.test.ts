import { describe, expect, it } from 'vitest'
import { migrations } from '../src/migrations/index.ts'
import { sql } from 'kysely'
import { migrate, MigrationFailedError, openDatabase } from '../src/index.ts'
import { openTestDatabase, silentLogger } from './support/test-engine.ts'

describe('migrate', () => {
  it('lets three instances start at once on an empty database (J1)', async () => {
    const url = await openTestDatabase()
    const databases = [1, 2, 3].map(() => openDatabase({ url, logger: silentLogger }))
    await Promise.all(databases.map(migrate))
    const { rows } = await sql<{ name: string }>`select name from headway_migrations`.execute(databases[0]!)
    expect(rows).toEqual(Object.keys(migrations).map((name) => ({ name })))
    await Promise.all(databases.map((db) => db.destroy()))
  })

  it('changes nothing on a second start', async () => {
    const url = await openTestDatabase()
    const db = openDatabase({ url, logger: silentLogger })
    await migrate(db)
    await migrate(db)
    expect(await db.selectFrom('jobs').selectAll().execute()).toEqual([])
    await db.destroy()
  })

  it('says which migration failed, and leaves nothing half done', async () => {
    const url = await openTestDatabase()
    const db = openDatabase({ url, logger: silentLogger })
    await sql`create table outbox (id int)`.execute(db)
    await expect(migrate(db)).rejects.toThrow(MigrationFailedError)
    await expect(db.selectFrom('jobs').selectAll().execute()).rejects.toThrow('does not exist')
    await db.destroy()
  })
})
