import type { Ready } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import { uniqueUserId } from '@headway/test-kit'
import { Client } from 'pg'
import { expect, it, onTestFinished, vi } from 'vitest'
import { SnapshotReads } from '../src/snapshot-reads.ts'
import { RawClient } from './raw-client.ts'
import { openEngine, openRealtime } from './realtime-fixture.ts'

interface Member {
  userId: string
  cursors: Record<string, number>
  client: RawClient
}

/** Statements that reach Postgres from here on, transactions included. */
function countQueries(): () => number {
  const query = vi.spyOn(Client.prototype, 'query')
  onTestFinished(() => query.mockRestore())
  return () => query.mock.calls.length
}

async function connectAll(
  urls: readonly string[],
  members: readonly { userId: string; cursors?: Record<string, number> }[],
): Promise<Member[]> {
  const clients = await Promise.all(
    members.map((member, at) => RawClient.open(urls[at % urls.length]!, member)),
  )
  await expect.poll(() => clients.every((client) => client.has('ready')), { timeout: 50_000 }).toBe(true)
  return clients.map((client, at) => ({
    client,
    userId: members[at]!.userId,
    cursors: readyOf(client).channels,
  }))
}

function readyOf(client: RawClient): Ready {
  return client.other.find(([event]) => event === 'ready')![1] as Ready
}

async function createJob(engine: JobEngine, userId: string): Promise<string> {
  const creation = await engine.jobs.create({ userId, operationType: 'rehearse', input: { steps: 1 } })
  if (creation.outcome !== 'created') throw new Error(`Not created: ${creation.outcome}`)
  return creation.response.jobId
}

it('2,000 clients come back at once to two other instances, miss nothing, and Postgres is not asked at all', async () => {
  const server = await openRealtime()
  const engine = await openEngine(server.eventLog)
  const others = [await openRealtime({ engine }), await openRealtime({ engine })]
  const users = Array.from({ length: 2_000 }, () => ({ userId: uniqueUserId() }))
  const before = await connectAll([server.url], users)

  for (const { client } of before) client.cut()
  await Promise.all(
    users.map(({ userId }, at) =>
      server.io.broadcast(userId, { type: 'CUSTOMER_UPDATED', payload: { customerId: String(at) } }),
    ),
  )
  const queries = countQueries()
  const after = await connectAll(
    others.map(({ url }) => url),
    before,
  )
  expect(queries()).toBe(0)
  for (const [at, { client, userId }] of after.entries()) {
    expect(client.messages.filter(({ channel }) => channel === `user:${userId}`)).toMatchObject([
      { payload: { customerId: String(at) } },
    ])
    expect(client.has('resync')).toBe(false)
  }
}, 120_000)

it('costs one query for each client that comes back with cursors of its jobs, however many', async () => {
  const server = await openRealtime()
  const engine = await openEngine(server.eventLog)
  const other = await openRealtime({ engine })
  const members = await Promise.all(
    Array.from({ length: 60 }, async () => {
      const userId = uniqueUserId()
      const jobIds = [
        await createJob(engine, userId),
        await createJob(engine, userId),
        await createJob(engine, userId),
      ]
      const channels = [`user:${userId}` as const, ...jobIds.map((jobId) => `job:${jobId}` as const)]
      await engine.relay.flush(channels)
      const heads = await Promise.all(
        channels.map(async (channel) => [channel, await server.eventLog.head(channel)] as const),
      )
      return { userId, cursors: Object.fromEntries(heads) }
    }),
  )
  const queries = countQueries()
  const back = await connectAll([other.url], members)
  expect(queries()).toBe(members.length)
  for (const { cursors } of back) expect(Object.keys(cursors)).toHaveLength(5)
}, 60_000)

it('reads a few snapshots at a time for a herd that asks for all of them, and tells the rest to come again', async () => {
  const server = await openRealtime()
  const engine = await openEngine(server.eventLog)
  const snapshotReads = new SnapshotReads({ maxConcurrent: 2, maxWaiting: 20 })
  const instance = await openRealtime({ engine, snapshotReads })
  const userId = uniqueUserId()
  const jobId = await createJob(engine, userId)
  const members = await connectAll(
    [instance.url],
    Array.from({ length: 90 }, () => ({ userId })),
  )

  const answers = await Promise.all(members.map(({ client }) => client.request('subscribe:job', jobId)))
  const refused = answers.filter(({ ok }) => !ok)
  expect(refused.length).toBeGreaterThan(0)
  expect(refused.length).toBeLessThan(members.length)
  for (const { error } of refused)
    expect(error).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) })

  // Whoever comes again is served; nobody was disconnected.
  for (const [at, { client }] of members.entries()) {
    if (!answers[at]!.ok) answers[at] = await client.request('subscribe:job', jobId)
  }
  expect(answers.every(({ ok }) => ok)).toBe(true)
  expect(members.some(({ client }) => client.isClosed)).toBe(false)
}, 60_000)
