import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WebSocketMessage } from '@headway/events'
import { createTestDatabase, services, signToken, TEST_JWT_SECRET } from '@headway/test-kit'
import { io } from 'socket.io-client'
import { expect, it, onTestFinished } from 'vitest'
import { startApplication } from '../mount-in-express/app.ts'

it('has its own routes, the job calls, and events on every device', async () => {
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
})
