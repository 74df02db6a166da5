import { jobChannel } from '@headway/events'
import { startTestRedis, waitFor } from '@headway/test-kit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { addMessages, type JobEngine } from '../src/index.ts'
import { TaskTurns } from '../src/scheduling/task-turns.ts'
import { createTestJob, openTestDatabase, openTestEngine } from './support/test-engine.ts'

async function openEngines(count: number, options: Parameters<typeof openTestEngine>[0] = {}) {
  const databaseUrl = await openTestDatabase()
  const tests = []
  for (let n = 0; n < count; n += 1) tests.push(await openTestEngine({ databaseUrl, ...options }))
  return tests.map(({ engine }) => engine) as [JobEngine, ...JobEngine[]]
}

/** How often the turn of the task was taken, by whomever. */
async function countTurns(engine: JobEngine, task: 'outbox' | 'reconcile', ms: number): Promise<number> {
  const seen = new Set<number>()
  const end = performance.now() + ms
  while (performance.now() < end) {
    const row = await engine.db
      .selectFrom('task_turns')
      .where('task', '=', task)
      .select('taken_at')
      .executeTakeFirst()
    if (row?.taken_at instanceof Date) seen.add(row.taken_at.getTime())
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return seen.size
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
    await waitFor(async () => (await countTurns(engines[0], 'outbox', 50)) > 0)
    expect(await countTurns(engines[0], 'outbox', 3_000)).toBeLessThanOrEqual(13)
    // And no less often: what nobody nudges for comes within the interval and a little.
    const channel = jobChannel('sweep-of-many')
    await engines[0].db
      .transaction()
      .execute((trx) =>
        addMessages(trx, [channel], [{ type: 'CUSTOMER_UPDATED', payload: { customerId: 'c' } }]),
      )
    const begun = performance.now()
    await waitFor(async () => {
      const row = await engines[0].db
        .selectFrom('outbox')
        .where('channel', '=', channel)
        .selectAll()
        .executeTakeFirst()
      return row?.published_at !== null
    })
    expect(performance.now() - begun).toBeLessThan(1_500)
  })
})

describe('reconcilers without a scheduler', () => {
  it('look through all jobs in one process where nobody has done so in time (J23)', async () => {
    const engines = await openEngines(3, { reconcileIntervalMs: 400 })
    for (const { reconciler } of engines) reconciler.start()
    await waitFor(async () => (await countTurns(engines[0], 'reconcile', 50)) > 0)
    const job = await createTestJob(engines[0])
    await engines[0].db.updateTable('jobs').set({ state: 'created' }).execute()
    const isQueued = async () => (await engines[0].jobs.view(job.userId, job.jobId))?.state === 'queued'
    expect(await waitFor(isQueued)).toBe(true)
    expect(await countTurns(engines[0], 'reconcile', 2_400)).toBeLessThanOrEqual(6)
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
