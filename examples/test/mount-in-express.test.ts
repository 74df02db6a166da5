import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRedis, EventLog, type Logger } from '@headway/event-log'
import type { WebSocketMessage } from '@headway/events'
import { openJobs } from '@headway/jobs'
import { createTestDatabase, signToken, startTestRedis, TEST_JWT_SECRET } from '@headway/test-kit'
import { io } from 'socket.io-client'
import { expect, it, onTestFinished } from 'vitest'
import { startApplication } from '../mount-in-express/app.ts'

const logger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** On a Redis of its own: an application takes the reports that are in its Redis, whoever's they are. */
async function start() {
  const [database, redis] = await Promise.all([createTestDatabase(), startTestRedis()])
  const artifactsDir = await mkdtemp(join(tmpdir(), 'headway-example-'))
  const services = { databaseUrl: database.url, redisUrl: redis.url, artifactsDir, logger }
  const application = await startApplication({ ...services, jwtSecret: TEST_JWT_SECRET, port: 0 })
  onTestFinished(async () => {
    await application.stop()
    await database.drop()
    await redis.stop()
    await rm(artifactsDir, { recursive: true })
  })
  return { application, ...services }
}

it('has its own routes, the calls on jobs and orders, and events on every device', async () => {
  const { application } = await start()

  const token = await signToken({ userId: 'ada' })
  const socket = io(application.url, { transports: ['websocket'], auth: { token } })
  onTestFinished(() => void socket.disconnect())
  const received: WebSocketMessage[] = []
  socket.on('event', (message: WebSocketMessage) => received.push(message))
  await new Promise((resolve) => socket.once('ready', resolve))

  const customerId = crypto.randomUUID()
  await fetch(`${application.url}/customers/${customerId}/rename`, { method: 'POST' })
  const isOurs = ({ payload }: WebSocketMessage) =>
    'customerId' in payload && payload.customerId === customerId
  await expect.poll(() => received.filter(isOurs).map(({ type }) => type)).toEqual(['CUSTOMER_UPDATED'])

  const headers = { authorization: `Bearer ${token}` }
  const list = await fetch(`${application.url}/api/jobs`, { headers })
  expect(await list.json()).toEqual({ jobs: [], nextCursor: null })

  const order = {
    id: crypto.randomUUID(),
    customerId,
    customerName: 'Lovelace & Co',
    currency: 'EUR',
    lines: [{ sku: 'A-1', description: 'Analytical engine', quantity: 1, unitPrice: 1_250 }],
  }
  const saved = await fetch(`${application.url}/api/pending-orders`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ orders: [order] }),
  })
  expect(await saved.json()).toEqual({ results: [{ id: order.id, action: 'created', version: 1 }] })
  await expect
    .poll(() => received.filter(({ type }) => type === 'PENDING_CREATED').map(({ payload }) => payload))
    .toContainEqual({ orderIds: [order.id], count: 1 })
})

it('takes what a worker in another language reports', async () => {
  const { application, ...services } = await start()
  const redis = connectRedis(services.redisUrl, 'publisher', { logger })
  const worker = await openJobs({ ...services, redis, eventLog: new EventLog(redis) })
  onTestFinished(async () => {
    await worker.close()
    redis.disconnect()
  })
  const creation = await worker.jobs.create({ userId: 'ada', operationType: 'transcribe', input: {} })
  if (creation.outcome !== 'created') throw new Error(`Not created: ${creation.outcome}`)
  const { jobId } = creation.response
  const attempt = await worker.attempts.claim({ jobId, dispatch: 1, workerId: 'w', leaseMs: 60_000 })
  await attempt?.running()
  const report = { v: '1', id: 'end', jobId, userId: 'ada', attempt: '1', kind: 'complete', result: '7' }
  await redis.xadd('hw:{reports}', '*', ...Object.entries(report).flat())

  const headers = { authorization: `Bearer ${await signToken({ userId: 'ada' })}` }
  const job = async () => (await fetch(`${application.url}/api/jobs/${jobId}`, { headers })).json()
  await expect.poll(job, { timeout: 20_000 }).toMatchObject({ state: 'completed', result: 7 })
})
