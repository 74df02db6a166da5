import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { userChannel } from '@headway/events'
import {
  createTestDatabase,
  FaultProxy,
  services,
  signToken,
  TEST_JWT_SECRET,
  uniqueUserId,
} from '@headway/test-kit'
import { Client } from 'pg'
import { expect, it, onTestFinished } from 'vitest'
import { callUrl } from './http-fixture.ts'
import { newOrders } from './order-batches.ts'
import { openReadyClient } from './realtime-fixture.ts'

const MAIN = join(import.meta.dirname, '../src/main.ts')

async function startServer(settings: Record<string, string>): Promise<{ child: ChildProcess; url: string }> {
  const child = fork(MAIN, {
    execArgv: ['--conditions=@headway/source'],
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      HOST: '127.0.0.1',
      JWT_SECRET: TEST_JWT_SECRET,
      LOG_LEVEL: 'silent',
      ...settings,
    },
  })
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const [message] = (await once(child, 'message')) as [{ url: string }]
  return { child, url: message.url }
}

it('sends once what a server had committed, and not published, when it was killed', async () => {
  const database = await createTestDatabase()
  const dataDir = await mkdtemp(join(tmpdir(), 'headway-crash-'))
  onTestFinished(async () => {
    await database.drop()
    await rm(dataDir, { recursive: true, force: true })
  })
  const { redisUrl } = services()
  const proxy = await FaultProxy.start({ targets: [Number(new URL(redisUrl).port)] })
  onTestFinished(() => proxy.stop())
  const settings = { DATABASE_URL: database.url, REDIS_URL: redisUrl, HEADWAY_DATA_DIR: dataDir }
  const first = await startServer({ ...settings, REDIS_URL: `redis://127.0.0.1:${proxy.port}` })

  const userId = uniqueUserId()
  const token = await signToken({ userId })
  const before = await openReadyClient(first.url, { userId })
  const [known, added, deleted] = newOrders(3)
  const send = (orders: unknown[]) =>
    callUrl(first.url, 'POST /api/pending-orders', { token, body: { orders } })
  await send([known, deleted])
  await expect.poll(() => before.types()).toEqual(['PENDING_CREATED'])

  // From here on nothing that it publishes gets to Redis, and nobody hears that it does not.
  proxy.set({ mode: 'blackhole' })
  const answer = await send([{ ...known, version: 1 }, added])
  expect([answer.status, answer.json.results]).toEqual([
    200,
    [
      { id: known!.id, action: 'updated', version: 2 },
      { id: added!.id, action: 'created', version: 1 },
    ],
  ])
  const removal = await callUrl(first.url, `DELETE /api/pending-orders/${deleted!.id}`, { token })
  expect(removal.status).toBe(204)
  first.child.kill('SIGKILL')
  await once(first.child, 'exit')

  const postgres = new Client({ connectionString: database.url })
  await postgres.connect()
  onTestFinished(() => postgres.end())
  const waiting = async () => {
    const { rows } = await postgres.query(
      'select 1 from outbox where channel = $1 and published_at is null',
      [userChannel(userId)],
    )
    return rows.length
  }
  expect(await waiting()).toBe(3)

  const second = await startServer(settings)
  const after = await openReadyClient(second.url, { userId, auth: { cursors: before.cursors } })
  await expect.poll(waiting).toBe(0)
  await after.request('sync')
  expect(after.events.map(({ type, payload }) => [type, payload])).toEqual([
    ['PENDING_CREATED', { orderIds: [added!.id], count: 1 }],
    ['PENDING_UPDATED', { orderIds: [known!.id], count: 1 }],
    ['PENDING_DELETED', { orderId: deleted!.id }],
  ])
  const third = await openReadyClient(second.url, { userId, auth: { cursors: before.cursors } })
  expect(third.types()).toEqual(after.types())
})
