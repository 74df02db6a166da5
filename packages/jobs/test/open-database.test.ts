import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import type { EventLog } from '@headway/event-log'
import { services } from '@headway/test-kit'
import { openDatabase, openJobs } from '../src/index.ts'
import { openTestDatabase, silentLogger } from './support/test-engine.ts'

async function openPair() {
  const url = await openTestDatabase()
  const databases = [1, 2].map(() => openDatabase({ url, logger: silentLogger }))
  onTestFinished(async () => void (await Promise.all(databases.map((db) => db.destroy()))))
  return databases as [ReturnType<typeof openDatabase>, ReturnType<typeof openDatabase>]
}

it('outlives a Postgres that ends a connection between two statements of a transaction', async () => {
  const [db, other] = await openPair()
  const uncaught: unknown[] = []
  const onUncaught = (error: unknown) => void uncaught.push(error)
  process.on('uncaughtException', onUncaught)
  onTestFinished(() => void process.off('uncaughtException', onUncaught))

  const cut = db.transaction().execute(async (trx) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(trx)
    const isGone = async () => {
      const sessions = await sql`select from pg_stat_activity where pid = ${rows[0]!.pid}`.execute(other)
      return sessions.rows.length === 0
    }
    await sql`select pg_terminate_backend(${rows[0]!.pid})`.execute(other)
    while (!(await isGone()));
    await sql`select 1`.execute(trx)
  })
  await expect(cut).rejects.toThrow(/connection/i)
  expect(uncaught).toEqual([])
  expect((await sql`select 1`.execute(db)).rows).toHaveLength(1)
})

it('has Postgres end a transaction in which nothing happens, so that its locks are free again', async () => {
  const [db] = await openPair()
  const { rows } = await sql`show idle_in_transaction_session_timeout`.execute(db)
  expect(rows).toEqual([{ idle_in_transaction_session_timeout: '30s' }])
})

it('names the address and the setting when Postgres can not be reached', async () => {
  const engine = openJobs({
    databaseUrl: 'postgres://ada:secret@127.0.0.1:1/headway',
    redisUrl: services().redisUrl,
    eventLog: { maxAgeMs: 1_000 } as EventLog,
    artifactsDir: 'unused',
    logger: silentLogger,
  })
  await expect(engine).rejects.toThrow(/127\.0\.0\.1:1\/headway.*ECONNREFUSED.*DATABASE_URL/)
  await expect(engine).rejects.not.toThrow(/secret/)
})
