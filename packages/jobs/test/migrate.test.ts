import { describe, expect, it } from 'vitest'
import { migrations } from '../src/migrations/index.ts'
import { sql } from 'kysely'
import { Migrator } from 'kysely/migration'
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

  it('keeps apart from now on what has run beside each other before exclusion (J37)', async () => {
    const url = await openTestDatabase()
    const db = openDatabase({ url, logger: silentLogger })
    const migrator = new Migrator({
      db,
      provider: { getMigrations: () => Promise.resolve(migrations) },
      migrationTableName: 'headway_migrations',
      migrationLockTableName: 'headway_migrations_lock',
    })
    await migrator.migrateTo('0004-questions')
    await sql`
      insert into jobs (job_id, user_id, operation_type, state, version, input, exclusive, created_at)
      select gen_random_uuid(), 'u', 'import', 'running', n, '{}', true, now() + make_interval(secs => n)
      from generate_series(1, 3) as n`.execute(db)
    await migrate(db)
    const rows = await db.selectFrom('jobs').select(['version', 'exclusive']).orderBy('version').execute()
    expect(rows.map(({ exclusive }) => exclusive)).toEqual([true, false, false])
    await db.destroy()
  })

  it('gives the outbox of a new database no number that the one before it has used, however busy that was', async () => {
    const ids: number[] = []
    for (const messages of [50_000, 1]) {
      const db = openDatabase({ url: await openTestDatabase(), logger: silentLogger })
      await migrate(db)
      await sql`
        insert into outbox (channel, kind, body)
        select 'all', 'message', '{}' from generate_series(1, ${sql.lit(messages)})`.execute(db)
      const { first, last } = await db
        .selectFrom('outbox')
        .select(({ fn }) => [fn.min('id').as('first'), fn.max('id').as('last')])
        .executeTakeFirstOrThrow()
      ids.push(first, last)
      await db.destroy()
    }
    expect(ids[2]).toBeGreaterThan(ids[1]!)
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
