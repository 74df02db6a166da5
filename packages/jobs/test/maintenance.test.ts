import { startTestRedis, waitFor } from '@headway/test-kit'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { JobEngine } from '../src/index.ts'
import { TaskTurns } from '../src/scheduling/task-turns.ts'
import { createTestJob, openTestDatabase, openTestEngine } from './support/test-engine.ts'

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

async function openEngines(count: number, options: Parameters<typeof openTestEngine>[0] = {}) {
  const databaseUrl = await openTestDatabase()
  const tests = []
  for (let n = 0; n < count; n += 1) tests.push(await openTestEngine({ databaseUrl, ...options }))
  return tests.map(({ engine }) => engine) as [JobEngine, ...JobEngine[]]
}

/** Has Postgres write down every turn that is taken from now on, by whomever. */
async function logTurns(engine: JobEngine): Promise<(task: 'outbox' | 'reconcile') => Promise<number>> {
  await sql`create table turn_log (task text)`.execute(engine.db)
  await sql`create function log_turn() returns trigger language plpgsql as
    $$ begin insert into turn_log values (new.task); return new; end $$`.execute(engine.db)
  await sql`create trigger log_turns after update on task_turns for each row execute function log_turn()`.execute(
    engine.db,
  )
  return async (task) => {
    const { rows } = await sql`select from turn_log where task = ${task}`.execute(engine.db)
    return rows.length
  }
}

async function openFlushable() {
  const redis = await startTestRedis()
  onTestFinished(() => redis.stop())
  return openTestEngine({ redisUrl: redis.url })
}

describe('task turns', () => {
  it('go to one of many who come at the same time, once per interval (J53)', async () => {
    const [engine] = await openEngines(1)
    const turns = new TaskTurns(engine.db)
    const takeAll = async () => {
      const taken = await Promise.all(Array.from({ length: 8 }, () => turns.take('outbox', 60_000)))
      return taken.filter(Boolean).length
    }
    expect(await takeAll()).toBe(1)
    expect(await takeAll()).toBe(0)
    expect(await turns.take('outbox', 0)).toBe(true)
  })

  it('let many relays sweep as often as one (J53)', async () => {
    const engines = await openEngines(4, { sweepIntervalMs: 300 })
    for (const { relay } of engines) relay.start()
    // Each sweeps once at its start.
    await pause(500)
    const turns = await logTurns(engines[0])
    await pause(3_000)
    const taken = await turns('outbox')
    expect(taken).toBeGreaterThanOrEqual(5)
    expect(taken).toBeLessThanOrEqual(12)
  })
})

describe('reconcilers without a scheduler', () => {
  it('look through all jobs in one process where nobody has done so in time (J23)', async () => {
    const engines = await openEngines(3, { reconcileIntervalMs: 400 })
    for (const { reconciler } of engines) reconciler.start()
    // Each runs once at its start.
    await pause(500)
    const turns = await logTurns(engines[0])
    const job = await createTestJob(engines[0])
    await engines[0].db.updateTable('jobs').set({ state: 'created' }).execute()
    const isQueued = async () => (await engines[0].jobs.view(job.userId, job.jobId))?.state === 'queued'
    expect(await waitFor(isQueued)).toBe(true)
    await pause(3_000)
    // Taken by the one who is to run, and noted by the run itself.
    expect(await turns('reconcile')).toBeLessThanOrEqual(2 * 7)
  })
})

describe('the queue of maintenance', () => {
  it('is put up again after a flush, and everything in it runs at once (J54)', async () => {
    const { engine, redis } = await openFlushable()
    const queue = engine.maintenanceQueue
    expect(await queue.isComplete()).toBe(false)
    await queue.ensure()
    expect(await queue.isComplete()).toBe(true)
    const waiting = () => redis.llen(`bull:${queue.name}:wait`)
    expect(await waiting()).toBe(4)

    await redis.flushall()
    expect(await queue.isComplete()).toBe(false)
    await queue.ensure()
    expect(await queue.isComplete()).toBe(true)
    expect(await waiting()).toBe(4)
  })

  it('holds each task once, however often and by how many it is put up (J54)', async () => {
    const { engine, redis } = await openFlushable()
    const queue = engine.maintenanceQueue
    await Promise.all([1, 2, 3, 4].map(() => queue.ensure()))
    await queue.ensure()
    const [waiting, delayed] = await Promise.all([
      redis.llen(`bull:${queue.name}:wait`),
      redis.zcard(`bull:${queue.name}:delayed`),
    ])
    expect(waiting + delayed).toBe(4)
  })

  it('mends a scheduler that has lost its next entry (J54)', async () => {
    const { engine, redis } = await openFlushable()
    const queue = engine.maintenanceQueue
    await queue.ensure()
    await redis.del(`bull:${queue.name}:wait`, `bull:${queue.name}:delayed`)
    for (const key of await redis.keys(`bull:${queue.name}:repeat:*:*`)) await redis.del(key)
    await queue.ensure()
    const entries =
      (await redis.llen(`bull:${queue.name}:wait`)) + (await redis.zcard(`bull:${queue.name}:delayed`))
    expect(entries).toBe(4)
  })

  it('takes requests that come together as one (J54)', async () => {
    const { engine, redis } = await openFlushable()
    const queue = engine.maintenanceQueue
    await Promise.all([queue.request('retention'), queue.request('retention'), queue.request('retention')])
    expect(await redis.llen(`bull:${queue.name}:wait`)).toBe(1)
  })
})
