import { connectRedis, redisReady, TransientEmitter } from '@headway/event-log'
import type { MessageOf, OutgoingMessage } from '@headway/events'
import { services, uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { RawClient } from './raw-client.ts'
import { openEngine, openReadyClient, openRealtime, silent } from './realtime-fixture.ts'

/** More than the kernel's buffers of both ends of a connection hold. */
const MANY = 400

function large(n: number): OutgoingMessage {
  return { type: 'CUSTOMER_UPDATED', payload: { customerId: `${n} ${'x'.repeat(60_000)}` } }
}

function numberOf({ payload }: { payload: object }): number {
  return Number.parseInt((payload as { customerId: string }).customerId, 10)
}

function progressOf(messages: readonly { type: string }[]): number[] {
  return messages
    .filter(
      (message): message is MessageOf<'CUSTOMER_UPDATE_PROGRESS'> =>
        message.type === 'CUSTOMER_UPDATE_PROGRESS',
    )
    .map(({ payload }) => payload.progress)
}

it('cuts a reader that does not read, keeps the others, and gives it the rest when it comes back', async () => {
  const server = await openRealtime({ log: { maxSize: MANY, maxBytes: 1e9 } })
  const userId = uniqueUserId()
  const slow = await RawClient.open(server.url, { userId })
  await expect.poll(() => slow.has('ready')).toBe(true)
  const other = await openReadyClient(server.url, { userId })
  const sockets = () => server.io.of('/').adapter.rooms.get(`user:${userId}`)?.size

  slow.stopReading()
  const before = sockets()!
  for (let n = 0; n < MANY; n += 1) await server.io.broadcast(userId, large(n))
  await expect.poll(sockets).toBe(before - 1)
  await expect.poll(() => other.events.length).toBe(MANY)
  expect(other.socket.connected).toBe(true)

  slow.goOnReading()
  await expect.poll(() => slow.isClosed).toBe(true)
  const cursor = slow.messages.at(-1)?.seq ?? other.readies[0]!.channels[`user:${userId}`]!
  const back = await RawClient.open(server.url, { userId, cursors: { [`user:${userId}`]: cursor } })
  await expect.poll(() => back.has('ready')).toBe(true)
  expect([...slow.messages, ...back.messages].map(numberOf)).toEqual(
    Array.from({ length: MANY }, (_, n) => n),
  )
  expect(back.has('resync')).toBe(false)
})

it('never cuts a reader for a replay that he has asked for, however long and however slow', async () => {
  const server = await openRealtime({
    log: { maxSize: MANY, maxBytes: 1e9 },
    sendLimits: { maxPackets: 10, maxBytes: 200_000 },
  })
  const userId = uniqueUserId()
  const head = await server.eventLog.head(`user:${userId}`)
  for (let n = 0; n < MANY; n += 1) await server.io.broadcast(userId, large(n))
  const reader = await RawClient.open(server.url, { userId, cursors: { [`user:${userId}`]: head } })
  await expect.poll(() => reader.messages.length).toBeGreaterThan(0)
  reader.stopReading()
  await server.io.broadcast(userId, large(MANY))
  reader.goOnReading()
  await expect.poll(() => reader.messages.length).toBe(MANY + 1)
  expect(reader.messages.map(numberOf)).toEqual(Array.from({ length: MANY + 1 }, (_, n) => n))
  expect(reader.isClosed).toBe(false)
})

it('skips transient messages for a reader that lags, and sends the newest when it has caught up', async () => {
  const server = await openRealtime({
    log: { maxSize: MANY, maxBytes: 1e9 },
    sendLimits: { maxPackets: 100_000, maxBytes: 1e9 },
  })
  const userId = uniqueUserId()
  const slow = await RawClient.open(server.url, { userId })
  await expect.poll(() => slow.has('ready')).toBe(true)
  const other = await openReadyClient(server.url, { userId })
  const redis = connectRedis(services().redisUrl, 'publisher', { logger: silent })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  const emitter = new TransientEmitter(redis)

  slow.stopReading()
  for (let n = 0; n < MANY; n += 1) await server.io.broadcast(userId, large(n))
  for (let progress = 1; progress <= 100; progress += 1) {
    const payload = { customerId: '7', progress, label: '' }
    await emitter.emit(`user:${userId}`, { type: 'CUSTOMER_UPDATE_PROGRESS', payload })
  }
  await expect.poll(() => progressOf(other.events)).toHaveLength(100)

  slow.goOnReading()
  await expect.poll(() => progressOf(slow.messages)).toEqual([100])
  expect(slow.messages).toHaveLength(MANY + 1)
})

it('takes nobody for slow who was sent much at once', async () => {
  const server = await openRealtime({ sendLimits: { maxPackets: 10, maxBytes: 1e9 } })
  const userId = uniqueUserId()
  const reader = await openReadyClient(server.url, { userId })
  const redis = connectRedis(services().redisUrl, 'publisher', { logger: silent })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  const emitter = new TransientEmitter(redis)

  const answers = await Promise.all(Array.from({ length: 150 }, () => reader.request('sync')))
  expect(answers.every(({ ok }) => ok)).toBe(true)
  const payload = { customerId: '7', label: '' }
  const rising = Array.from({ length: 100 }, (_, n) => n)
  await Promise.all(
    rising.map((progress) =>
      emitter.emit(`user:${userId}`, {
        type: 'CUSTOMER_UPDATE_PROGRESS',
        payload: { ...payload, progress },
      }),
    ),
  )
  await expect.poll(() => progressOf(reader.events)).toEqual(rising)
  expect(reader.closings).toEqual([])
})

it('sends nothing of a job to a reader that lagged, and has unsubscribed from it meanwhile', async () => {
  const bare = await openRealtime({ log: { maxSize: MANY, maxBytes: 1e9 } })
  const engine = await openEngine(bare.eventLog)
  const server = await openRealtime({
    engine,
    eventLog: bare.eventLog,
    sendLimits: { maxPackets: 100_000, maxBytes: 1e9 },
  })
  const userId = uniqueUserId()
  const creation = await engine.jobs.create({ userId, operationType: 'rehearse', input: {} })
  if (creation.outcome !== 'created') throw new Error(creation.outcome)
  const { jobId } = creation.response
  const channel = `job:${jobId}` as const
  const slow = await RawClient.open(server.url, { userId })
  await expect.poll(() => slow.has('ready')).toBe(true)
  expect(await slow.request('subscribe:job', jobId)).toMatchObject({ ok: true })
  const other = await openReadyClient(server.url, { userId })
  await other.request('subscribe:job', jobId)

  slow.stopReading()
  for (let n = 0; n < MANY; n += 1) await server.io.broadcast(userId, large(n))
  const redis = connectRedis(services().redisUrl, 'publisher', { logger: silent })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  const payload = { jobId, operationType: 'rehearse', attempt: 1, n: 1, progress: 1, label: '' }
  await new TransientEmitter(redis).emit(channel, { type: 'JOB_PROGRESS', payload })
  await expect.poll(() => other.types()).toContain('JOB_PROGRESS')
  const unsubscribed = slow.request('unsubscribe:job', jobId)
  await expect.poll(() => server.io.of('/').adapter.rooms.get(channel)?.size).toBe(2)

  slow.goOnReading()
  expect(await unsubscribed).toEqual({ ok: true })
  expect(await slow.request('sync')).toMatchObject({ ok: true })
  expect(slow.messages.map(({ type }) => type)).not.toContain('JOB_PROGRESS')
})
