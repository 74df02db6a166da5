import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { EventLog } from '@headway/event-log'
import type { Channel } from '@headway/events'
import { openDatabase, OperationRegistry } from '@headway/jobs'
import {
  createTestDatabase,
  signToken,
  startTestRedis,
  TEST_JWT_SECRET,
  uniqueUserId,
} from '@headway/test-kit'
import { Redis } from 'ioredis'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openServer, parseConfig } from '../src/index.ts'
import { EventSource } from './event-source.ts'
import { SUM } from './http-fixture.ts'
import { RawClient } from './raw-client.ts'
import { openReadyClient, refusalOf, openClient, silent } from './realtime-fixture.ts'

/** A whole server as an operator configures it, with a Postgres database and a Redis of its own. */
async function startServer(environment: Record<string, string> = {}) {
  const [database, redisServer] = await Promise.all([createTestDatabase(), startTestRedis()])
  const dataDir = await mkdtemp(join(tmpdir(), 'headway-metrics-'))
  const db = openDatabase({ url: database.url, logger: silent })
  const redis = new Redis(redisServer.url)
  const config = parseConfig({
    DATABASE_URL: database.url,
    REDIS_URL: redisServer.url,
    JWT_SECRET: TEST_JWT_SECRET,
    HEADWAY_DATA_DIR: dataDir,
    HEADWAY_OUTBOX_SWEEP_MS: '200',
    HEADWAY_HEAD_CHECK_MS: '300',
    PORT: '0',
    HOST: '127.0.0.1',
    ...environment,
  })
  const server = await openServer(config, silent)
  onTestFinished(async () => {
    await server.stop()
    redis.disconnect()
    await db.destroy()
    await Promise.all([database.drop(), redisServer.stop(), rm(dataDir, { recursive: true, force: true })])
  })
  await new OperationRegistry(db).register([SUM])
  return { ...server, db, redis, redisServer }
}

async function scrape(url: string): Promise<string> {
  const answer = await fetch(`${url}/metrics`)
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
  return answer.text()
}

/** The value of a sample, named as Prometheus writes it; undefined where there is none. */
function valueOf(text: string, sample: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${sample} `))
  return line === undefined ? undefined : Number(line.slice(sample.length + 1))
}

async function createJob(url: string, userId: string): Promise<Response> {
  return fetch(`${url}/api/jobs`, {
    method: 'POST',
    headers: { authorization: `Bearer ${await signToken({ userId })}`, 'content-type': 'application/json' },
    body: '{"type":"sum","numbers":[1]}',
  })
}

describe('GET /metrics', () => {
  it('counts sockets, deliveries, replays, resyncs, refusals and what the bus got wrong', async () => {
    const { url, redis } = await startServer({ HEADWAY_EMBEDDED: '1' })
    const userId = uniqueUserId()
    const channel: Channel = `user:${userId}`
    const first = await openReadyClient(url, { userId })
    const second = await openReadyClient(url, { userId })
    const { jobId } = (await (await createJob(url, userId)).json()) as { jobId: string }
    await expect.poll(() => [first.events.length, second.events.length]).toEqual([2, 2])
    second.socket.disconnect()
    const cursor = first.readies[0]!.channels[channel]!
    await openReadyClient(url, { userId, auth: { cursors: { [channel]: cursor } } })
    await openReadyClient(url, { userId, auth: { cursors: { [channel]: 7 } } })
    expect(await refusalOf(await openClient(url, { auth: { token: 'canary' } }))).toMatchObject({
      code: 'unauthorized',
    })
    await EventSource.open(`${url}/api/jobs/${jobId}/events`, { userId })
    await redis.publish('socket.io#/#', 'garbage')

    const expected = {
      connections: 3,
      event_streams: 1,
      'handshake_refused_total{code="unauthorized"}': 1,
      broadcasts_total: 2,
      deliveries_total: 4,
      replays_total: 1,
      replayed_messages_total: 2,
      malformed_bus_messages_total: 1,
      slow_readers_cut_total: 0,
      'append_duration_seconds_count{outcome="appended"}': 4,
      'publish_latency_seconds_count{kind="message"}': 4,
      'publish_latency_seconds_count{kind="dispatch"}': 1,
      outbox_rows: 0,
      'queue_entries{state="waiting"}': 1,
      'jobs{state="queued"}': 1,
      snapshot_reads_waiting: 0,
    }
    // A server learns a moment later what left it, and what the bus brought.
    await expect
      .poll(async () => {
        const text = await scrape(url)
        return Object.fromEntries(
          Object.keys(expected).map((sample) => [sample, valueOf(text, `headway_${sample}`)]),
        )
      })
      .toEqual(expected)
    const text = await scrape(url)
    const value = (sample: string) => valueOf(text, `headway_${sample}`)
    expect(value('resyncs_total{reason="lost"}')! + value('resyncs_total{reason="aged"}')!).toBe(1)
    expect(valueOf(text, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0)
    for (const secret of [userId, jobId, 'canary', TEST_JWT_SECRET]) expect(text).not.toContain(secret)
  })

  it('counts what a room was sent from the log because the bus did not bring it', async () => {
    const { url, redis } = await startServer({ HEADWAY_EMBEDDED: '1' })
    const userId = uniqueUserId()
    const client = await openReadyClient(url, { userId })
    const log = new EventLog(redis)
    const append = (customerId: string) =>
      log.append(`user:${userId}`, { type: 'CUSTOMER_UPDATED', payload: { customerId } })
    await append('1')
    await expect.poll(() => client.events.length).toBe(1)
    // In one go: no subscriber is back before the append.
    await Promise.all([redis.call('CLIENT', 'KILL', 'TYPE', 'pubsub'), append('2')])
    await expect.poll(() => client.events.length, { timeout: 10_000 }).toBe(2)
    const text = await scrape(url)
    expect(valueOf(text, 'headway_healed_gaps_total')).toBe(1)
    expect(valueOf(text, 'headway_healed_messages_total')).toBe(1)
  })

  it('counts a reader that was cut because it did not read', async () => {
    const { url, redis } = await startServer({ HEADWAY_EMBEDDED: '1' })
    const userId = uniqueUserId()
    const slow = await RawClient.open(url, { userId })
    await expect.poll(() => slow.has('ready')).toBe(true)
    slow.stopReading()
    const log = new EventLog(redis)
    const message = { type: 'CUSTOMER_UPDATED' as const, payload: { customerId: 'x'.repeat(60_000) } }
    for (let n = 0; n < 400; n += 1) await log.append(`user:${userId}`, message)
    await expect.poll(async () => valueOf(await scrape(url), 'headway_slow_readers_cut_total')).toBe(1)
    await expect
      .poll(async () => valueOf(await scrape(url), 'headway_connections'), { timeout: 5_000 })
      .toBe(0)
  })

  it('counts the reports of workers, and what waits', async () => {
    const { url, redis } = await startServer({ HEADWAY_EMBEDDED: '1' })
    const stream = 'hw:{reports}'
    await redis.xadd(stream, '*', 'kind', 'canary')
    const lost = { jobId: randomUUID(), userId: 'nobody' }
    await redis.xadd(stream, '*', 'v', '1', 'kind', 'complete', 'jobId', lost.jobId, 'userId', lost.userId)
    const count = async (outcome: string) =>
      valueOf(await scrape(url), `headway_reports_total{outcome="${outcome}"}`)
    await expect.poll(() => count('refused')).toBe(1)
    expect(await count('malformed')).toBe(1)
    expect(await count('handled')).toBe(0)
    await expect.poll(async () => valueOf(await scrape(url), 'headway_reports_waiting')).toBe(0)
    const text = await scrape(url)
    expect(valueOf(text, 'headway_reports_dead')).toBe(1)
    for (const secret of [lost.jobId, 'canary']) expect(text).not.toContain(secret)
  })

  it('leaves out what is not answered, and answers all the same', async () => {
    const { url, redis, redisServer } = await startServer({ HEADWAY_EMBEDDED: '1' })
    redis.disconnect()
    await redisServer.stop()
    await expect
      .poll(async () => valueOf(await scrape(url), 'headway_queue_entries{state="waiting"}'))
      .toBeUndefined()
    const text = await scrape(url)
    expect(valueOf(text, 'headway_scrape_failures_total{source="redis"}')).toBeGreaterThan(0)
    expect(valueOf(text, 'headway_outbox_rows')).toBe(0)
  })

  it('is closed unless somebody said how it may be read', async () => {
    const { url, metricsUrl } = await startServer()
    expect(metricsUrl).toBeUndefined()
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
  })

  it('wants the token that it was given', async () => {
    const token = randomUUID()
    const { url } = await startServer({ METRICS_TOKEN: token })
    const read = (authorization?: string) =>
      fetch(`${url}/metrics`, { headers: authorization === undefined ? {} : { authorization } })
    expect((await read()).status).toBe(401)
    expect((await read(`Bearer ${token}x`)).status).toBe(401)
    expect((await read(`Bearer ${await signToken({ userId: uniqueUserId() })}`)).status).toBe(401)
    expect((await read(`Bearer ${token}`)).status).toBe(200)
  })

  it('has a port of its own where it was given one, and nothing else is there', async () => {
    const { url, metricsUrl } = await startServer({ METRICS_PORT: '0', HEADWAY_EMBEDDED: '1' })
    expect((await fetch(metricsUrl!)).status).toBe(200)
    expect((await fetch(metricsUrl!.replace('/metrics', '/api/limits'))).status).toBe(404)
    expect((await fetch(`${url}/metrics`)).status).toBe(404)
  })
})

describe.each([
  [
    'whose memory is full',
    'oom',
    (redis: Redis) => redis.config('SET', 'maxmemory', '1'),
    (redis: Redis) => redis.config('SET', 'maxmemory', '0'),
  ],
  [
    'that has become a replica',
    'readonly',
    (redis: Redis) => redis.call('REPLICAOF', '127.0.0.1', '1'),
    (redis: Redis) => redis.call('REPLICAOF', 'NO', 'ONE'),
  ],
])('a Redis %s', (_what, reason, refuse, allow) => {
  it('fails no call, is counted, and gets everything in order within 5 s when it takes messages again', async () => {
    const { url, db, redis } = await startServer({ HEADWAY_EMBEDDED: '1' })
    const userId = uniqueUserId()
    const client = await openReadyClient(url, { userId })
    await createJob(url, userId)
    await expect.poll(() => client.events.length).toBe(2)

    await refuse(redis)
    for (let at = 0; at < 5; at += 1) expect((await createJob(url, userId)).status).toBe(201)
    const refused = `headway_publish_refused_total{kind="message",reason="${reason}"}`
    await expect.poll(async () => valueOf(await scrape(url), refused)).toBeGreaterThan(0)
    const text = await scrape(url)
    expect(valueOf(text, 'headway_outbox_rows')).toBeGreaterThanOrEqual(10)
    expect(valueOf(text, 'headway_outbox_oldest_age_seconds')).toBeGreaterThan(0)
    expect(client.events).toHaveLength(2)

    await allow(redis)
    await expect.poll(() => client.events.length, { timeout: 5_000 }).toBe(12)
    expect(client.events.slice(1).map(({ prev }) => prev)).toEqual(
      client.events.slice(0, -1).map(({ seq }) => seq),
    )
    expect(client.resyncs).toEqual([])
    await expect.poll(async () => valueOf(await scrape(url), 'headway_outbox_rows')).toBe(0)
    await expect
      .poll(async () => valueOf(await scrape(url), 'headway_queue_entries{state="waiting"}'))
      .toBe(6)
    const unsent = await db.selectFrom('outbox').where('run_id', 'is', null).select('id').execute()
    expect(unsent).toEqual([])
  })
})
