import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WebSocketMessage } from '@headway/events'
import { createTestDatabase, services, signToken, TEST_JWT_SECRET } from '@headway/test-kit'
import { io } from 'socket.io-client'
import { expect, it, onTestFinished } from 'vitest'
import { startApplication } from '../mount-in-express/app.ts'

it('has its own routes, the calls on jobs and orders, and events on every device', async () => {
  const database = await createTestDatabase()
  const artifactsDir = await mkdtemp(join(tmpdir(), 'headway-example-'))
  const application = await startApplication({
    databaseUrl: database.url,
    redisUrl: services().redisUrl,
    jwtSecret: TEST_JWT_SECRET,
    artifactsDir,
    port: 0,
    logger: { debug() {}, info() {}, warn() {}, error() {} },
  })
  onTestFinished(async () => {
    await application.stop()
    await database.drop()
    await rm(artifactsDir, { recursive: true })
  })

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
