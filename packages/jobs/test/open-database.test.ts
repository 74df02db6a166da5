import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import type { EventLog } from '@headway/event-log'
import { FaultProxy, services } from '@headway/test-kit'
import { DatabaseTimeoutError, openDatabase, openJobs } from '../src/index.ts'
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

async function openBehindProxy(queryTimeoutMs: number) {
  const url = new URL(await openTestDatabase())
  const proxy = await FaultProxy.start({ targets: [Number(url.port)] })
  url.host = `127.0.0.1:${proxy.port}`
  const db = openDatabase({ url: url.href, maxConnections: 1, queryTimeoutMs, logger: silentLogger })
  onTestFinished(async () => {
    proxy.reset()
    await db.destroy()
    await proxy.stop()
  })
  return { db, proxy }
}

it('fails what a frozen Postgres does not answer, and gives up the connection (J48)', async () => {
  const { db, proxy } = await openBehindProxy(200)
  await sql`select 1`.execute(db)
  proxy.set({ mode: 'blackhole' })
  const begun = performance.now()
  await expect(sql`select 1`.execute(db)).rejects.toThrow(DatabaseTimeoutError)
  expect(performance.now() - begun).toBeLessThan(5_000)
  expect(proxy.swallowedBytes).toBeGreaterThan(0)

  proxy.set({ mode: 'pass' })
  expect((await sql`select 1`.execute(db)).rows).toHaveLength(1)
})

it('fails a transaction that a Postgres leaves in the middle, once and not again for its rollback (J48)', async () => {
  const { db, proxy } = await openBehindProxy(200)
  const begun = performance.now()
  const frozen = db.transaction().execute(async (trx) => {
    await sql`select 1`.execute(trx)
    proxy.set({ mode: 'blackhole' })
    await sql`select 2`.execute(trx)
  })
  await expect(frozen).rejects.toThrow(/not answered|connection/i)
  expect(performance.now() - begun).toBeLessThan(2_400)
  proxy.set({ mode: 'pass' })
  expect((await sql`select 1`.execute(db)).rows).toHaveLength(1)
})

it('fails a connection that a frozen Postgres does not answer (J48)', async () => {
  const { db, proxy } = await openBehindProxy(200)
  proxy.set({ mode: 'blackhole' })
  await expect(sql`select 1`.execute(db)).rejects.toThrow(/timeout/)
  proxy.set({ mode: 'pass' })
  expect((await sql`select 1`.execute(db)).rows).toHaveLength(1)
})

it('has Postgres end a statement that takes too long, and keeps the connection (J48)', async () => {
  const { db } = await openBehindProxy(200)
  const pid = async () => (await sql`select pg_backend_pid() as pid`.execute(db)).rows
  const before = await pid()
  await expect(sql`select pg_sleep(5)`.execute(db)).rejects.toMatchObject({ code: '57014' })
  expect(await pid()).toEqual(before)
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
