import { EventLog } from '@headway/event-log'
import { userChannel } from '@headway/events'
import { uniqueUserId, startTestRedis, waitFor } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { countUnfinishedJobs, readOutboxBacklog, Relay } from '../src/index.ts'
import { addMessages } from '../src/outbox/outbox.ts'
import { createTestJob, openTestEngine, silentLogger } from './support/test-engine.ts'

interface Published {
  kind: string
  waitedMs: number
}

function recorder() {
  const published: Published[] = []
  const refused: string[] = []
  const observer = {
    onPublished: (kind: string, waitedMs: number) => void published.push({ kind, waitedMs }),
    onDispatchRefused: (refusal: string) => void refused.push(refusal),
  }
  return { published, refused, observer }
}

it('says how long each row waited, and counts it once however often it is offered', async () => {
  const { engine, redis, eventLog } = await openTestEngine()
  const { published, observer } = recorder()
  const relay = new Relay({
    db: engine.db,
    eventLog,
    queue: engine.queue,
    redis,
    logger: silentLogger,
    observer,
  })
  onTestFinished(() => relay.stop())
  const { channels } = await createTestJob(engine)
  await new Promise((resolve) => setTimeout(resolve, 60))

  await relay.flush(channels)
  expect(published).toHaveLength(5)
  expect(published.filter(({ kind }) => kind === 'dispatch')).toHaveLength(1)
  for (const { waitedMs } of published) expect(waitedMs).toBeGreaterThanOrEqual(60)

  // As after a restart of Redis: offered again, published before.
  await engine.db.updateTable('outbox').set({ run_id: 'another Redis' }).execute()
  await relay.flush(channels)
  expect(published).toHaveLength(5)
})

it('counts what waits in the outbox and how long, until it is published', async () => {
  const { engine } = await openTestEngine()
  expect(await readOutboxBacklog(engine.db)).toEqual({ rows: 0, oldestAgeMs: 0 })
  const { channels } = await createTestJob(engine)
  await new Promise((resolve) => setTimeout(resolve, 30))
  const backlog = await readOutboxBacklog(engine.db)
  expect(backlog.rows).toBe(5)
  expect(backlog.oldestAgeMs).toBeGreaterThanOrEqual(30)
  await engine.relay.flush(channels)
  expect(await readOutboxBacklog(engine.db)).toEqual({ rows: 0, oldestAgeMs: 0 })
})

it('counts jobs by state and entries of the queue by what they wait for', async () => {
  const { engine } = await openTestEngine()
  const first = await createTestJob(engine)
  await createTestJob(engine)
  await engine.relay.flush(first.channels)
  expect(await engine.queue.depth()).toEqual({ waiting: 1, active: 0, delayed: 0 })
  const claim = { jobId: first.jobId, dispatch: 1, workerId: uniqueUserId(), leaseMs: 60_000 }
  await engine.attempts.claim(claim)
  expect(await countUnfinishedJobs(engine.db)).toEqual({ created: 0, queued: 1, running: 1, waiting: 0 })
})

it('asks a full Redis for some channels and not for all of thousands', async () => {
  const server = await startTestRedis()
  onTestFinished(() => server.stop())
  const { engine, redis, eventLog } = await openTestEngine({ redisUrl: server.url })
  const channels = Array.from({ length: 1_000 }, () => userChannel(uniqueUserId()))
  await Promise.all(channels.map((channel) => eventLog.head(channel)))
  await engine.db
    .transaction()
    .execute((trx) =>
      addMessages(trx, channels, [{ type: 'CUSTOMER_UPDATED', payload: { customerId: '1' } }]),
    )

  await redis.config('SET', 'maxmemory', '1')
  const lines: string[] = []
  const line = (_fields: object, message: string) => void lines.push(message)
  const logger = { debug() {}, info: line, warn: line, error: line }
  let refused = 0
  const observed = new EventLog(redis, { observer: { onAppend() {}, onRefused: () => (refused += 1) } })
  const relay = new Relay({
    db: engine.db,
    eventLog: observed,
    queue: engine.queue,
    redis,
    logger,
    sweepIntervalMs: 60_000,
  })
  onTestFinished(() => relay.stop())
  relay.start()
  await waitFor(() => lines.length > 0)
  expect(lines).toEqual(['Redis takes no messages; they wait in the outbox'])
  expect(refused).toBe(200)

  await redis.config('SET', 'maxmemory', '0')
  engine.relay.start()
  await waitFor(async () => (await readOutboxBacklog(engine.db)).rows === 0, { timeoutMs: 15_000 })
})

it('a full Redis lets jobs be created, keeps their messages in order, and gets all of them when it has room', async () => {
  const server = await startTestRedis()
  onTestFinished(() => server.stop())
  const { engine, redis, messages } = await openTestEngine({ redisUrl: server.url, sweepIntervalMs: 100 })
  engine.relay.start()
  const before = await createTestJob(engine)
  await engine.relay.flush(before.channels)

  await redis.config('SET', 'maxmemory', '1')
  const userIds = [before.userId, uniqueUserId()]
  const jobs = []
  for (const userId of userIds) jobs.push(await createTestJob(engine, userId))
  for (const { channels } of jobs) engine.relay.nudge(channels)
  await new Promise((resolve) => setTimeout(resolve, 300))
  // The user's channel had messages, so nothing more was appended to it.
  expect(await messages(before.channels[0]!)).toHaveLength(2)
  expect((await readOutboxBacklog(engine.db)).rows).toBeGreaterThan(0)

  await redis.config('SET', 'maxmemory', '0')
  await waitFor(async () => (await readOutboxBacklog(engine.db)).rows === 0)
  const sent = await messages(before.channels[0]!)
  expect(sent.map(({ type }) => type)).toEqual(['JOB_CREATED', 'JOB_QUEUED', 'JOB_CREATED', 'JOB_QUEUED'])
  expect(sent.slice(1).map(({ prev }) => prev)).toEqual(sent.slice(0, -1).map(({ seq }) => seq))
  expect(await engine.queue.depth()).toMatchObject({ waiting: 3 })
})
