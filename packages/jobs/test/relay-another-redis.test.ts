import { redisReady } from '@headway/event-log'
import { jobChannel, userChannel } from '@headway/events'
import { FaultProxy, startTestRedis, uniqueUserId, waitFor } from '@headway/test-kit'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Relay } from '../src/index.ts'
import {
  addNumbered,
  logThatAppends,
  numbersIn,
  pendingCount,
  publishedAgo,
  range,
} from './support/numbered-messages.ts'
import {
  createTestJob,
  openTestDatabase,
  openTestEngine,
  silentLogger,
  typesOf,
} from './support/test-engine.ts'

/** A Redis that can be stopped, and started again on the same port without its data. */
async function startReplaceableRedis() {
  let redis = await startTestRedis()
  const port = Number(new URL(redis.url).port)
  onTestFinished(() => redis.stop())
  return {
    url: redis.url,
    stop: () => redis.stop(),
    async startAnew() {
      redis = await startTestRedis({ port })
    },
  }
}

describe('Relay, when another Redis answers', () => {
  it('takes requests while Redis is away, and publishes when it comes (J18)', async () => {
    const redis = await startReplaceableRedis()
    await redis.stop()
    const test = await openTestEngine({ redisUrl: redis.url, waitForRedis: false })
    test.engine.relay.start()
    const job = await createTestJob(test.engine)
    await test.engine.relay.flush(job.channels)
    expect(await pendingCount(test.engine)).toBe(5)
    expect(await test.engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'queued' })

    await redis.startAnew()
    await waitFor(async () => (await pendingCount(test.engine)) === 0, { timeoutMs: 10_000 })
    for (const channel of job.channels) {
      expect(typesOf(await test.messages(channel))).toEqual(['JOB_CREATED', 'JOB_QUEUED'])
    }
    expect(await test.engine.queue.has({ jobId: job.jobId, dispatch: 1 })).toBe(true)
  })

  it('offers recent messages again to a Redis that replaced another, before newer ones (J19)', async () => {
    const redis = await startReplaceableRedis()
    const test = await openTestEngine({ redisUrl: redis.url })
    const channel = userChannel(uniqueUserId())
    await addNumbered(test.engine, channel, 0, 3)
    await test.engine.relay.flush([channel])
    await redis.stop()
    await redis.startAnew()
    await redisReady(test.redis)
    await addNumbered(test.engine, channel, 3)
    await test.engine.relay.flush([channel])
    expect(await numbersIn(test, channel)).toEqual(range(4))
    await test.engine.relay.flush([channel])
    expect(await numbersIn(test, channel)).toEqual(range(4))
  })

  it('keeps what a Redis had last until another one was offered it, however long there was none (J19)', async () => {
    const redis = await startReplaceableRedis()
    const test = await openTestEngine({ redisUrl: redis.url, sweepIntervalMs: 50 })
    test.engine.relay.start()
    const channel = userChannel(uniqueUserId())
    await addNumbered(test.engine, channel, 0, 2)
    await test.engine.relay.flush([channel])
    await redis.stop()
    await expect.poll(() => test.redis.status).not.toBe('ready')
    await publishedAgo(test.engine, 40 * 60_000)
    await test.engine.relay.sweepIfDue()

    await redis.startAnew()
    await expect.poll(() => numbersIn(test, channel)).toEqual([0, 1])
    // Offered once, they are as old as any.
    await waitFor(async () => (await test.engine.db.selectFrom('outbox').select('id').execute()).length === 0)
  })

  it('has a channel begin anew where no mark tells any more what another Redis lacks (J19)', async () => {
    const { engine, redis, eventLog } = await openTestEngine()
    const [doubted, sound] = [userChannel(uniqueUserId()), userChannel(uniqueUserId())]
    await addNumbered(engine, doubted, 0, 2)
    await engine.relay.flush([doubted])
    await sql`update outbox set run_id = 'another run'`.execute(engine.db)
    await publishedAgo(engine, 60 * 60_000)
    await addNumbered(engine, doubted, 2)
    await addNumbered(engine, sound, 0)
    const cursors = await Promise.all([eventLog.head(doubted), eventLog.head(sound)])

    await engine.relay.flush([doubted, sound])
    expect(await eventLog.readAfter(doubted, cursors[0])).toMatchObject({ outcome: 'resync', reason: 'lost' })
    expect(await numbersIn({ redis }, doubted)).toEqual([2])
    expect(await eventLog.readAfter(sound, cursors[1])).toMatchObject({ outcome: 'replay' })
  })

  it('begins anew when Redis is replaced in the middle of a batch (J19)', async () => {
    const redis = await startReplaceableRedis()
    const test = await openTestEngine({ redisUrl: redis.url })
    const channel = userChannel(uniqueUserId())
    let appends = 0
    const relay = new Relay({
      db: test.engine.db,
      queue: test.engine.queue,
      redis: test.redis,
      logger: silentLogger,
      eventLog: logThatAppends(test.eventLog, async (...append) => {
        const appended = await test.eventLog.appendSerialised(...append)
        appends += 1
        if (appends === 3) {
          await redis.stop()
          await redis.startAnew()
          await redisReady(test.redis)
        }
        return appended
      }),
    })
    await addNumbered(test.engine, channel, 0, 6)
    await relay.flush([channel])
    await relay.flush([channel])
    expect(await numbersIn(test, channel)).toEqual(range(6))
  })

  it('gives another Redis nothing before what it lacks, also not what was on its way to the one before (J19)', async () => {
    const [before, after] = [await startTestRedis(), await startTestRedis()]
    onTestFinished(async () => void (await Promise.all([before.stop(), after.stop()])))
    const [portBefore, portAfter] = [before, after].map(({ url }) => Number(new URL(url).port))
    const address = await FaultProxy.start({ targets: [portBefore!] })
    onTestFinished(() => address.stop())
    const test = await openTestEngine({ redisUrl: `redis://127.0.0.1:${address.port}` })
    const channel = userChannel(uniqueUserId())
    await addNumbered(test.engine, channel, 0, 3)
    await test.engine.relay.flush([channel])

    address.set({ mode: 'blackhole' })
    await addNumbered(test.engine, channel, 3)
    const flushed = test.engine.relay.flush([channel])
    await expect.poll(() => address.swallowedBytes).toBeGreaterThan(0)
    // What was swallowed is sent again on the next connection.
    address.retarget([portAfter!])
    address.set({ mode: 'pass' })
    await flushed
    await redisReady(test.redis)
    await expect
      .poll(async () => {
        await test.engine.relay.flush([channel])
        return numbersIn(test, channel)
      })
      .toEqual(range(4))
  })

  it('hands a turn to the queue of a Redis that replaced another (J19)', async () => {
    const redis = await startReplaceableRedis()
    const test = await openTestEngine({ redisUrl: redis.url, sweepIntervalMs: 60_000 })
    test.engine.relay.start()
    const job = await createTestJob(test.engine)
    await test.engine.relay.flush(job.channels)
    await redis.stop()
    await redis.startAnew()
    // The sweep comes when Redis does, not in its interval.
    await waitFor(() => test.engine.queue.has({ jobId: job.jobId, dispatch: 1 }))
    expect(typesOf(await test.messages(jobChannel(job.jobId)))).toEqual(['JOB_CREATED', 'JOB_QUEUED'])
  })

  it('offers nothing twice to the Redis that has it (J15)', async () => {
    const databaseUrl = await openTestDatabase()
    const first = await openTestEngine({ databaseUrl })
    const channel = userChannel(uniqueUserId())
    await addNumbered(first.engine, channel, 0, 3)
    await first.engine.relay.flush([channel])
    // As after a failover to a replica that has everything: another run_id, the same marks.
    await sql`update outbox set run_id = 'another run'`.execute(first.engine.db)
    await first.engine.relay.flush([channel])
    expect(await numbersIn(first, channel)).toEqual([0, 1, 2])
    const { rows } = await sql<{ run_id: string }>`select distinct run_id from outbox`.execute(
      first.engine.db,
    )
    expect(rows).not.toContainEqual({ run_id: 'another run' })
  })
})
