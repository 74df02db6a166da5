import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connectRedis, redisReady, TransientEmitter } from '@headway/event-log'
import { services, signToken } from '@headway/test-kit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { JobStreams, type JobStreamsParts } from '../src/realtime/streams/job-streams.ts'
import { EventSource } from './event-source.ts'
import { openJobEvents, stepMessage, stepsOf, type JobEventsFixture } from './job-events-fixture.ts'
import { silent } from './realtime-fixture.ts'

const rooms = ({ io }: JobEventsFixture) => io.of('/').adapter.rooms

function progressOf({ messages }: EventSource): number[] {
  return messages.flatMap((message) => (message.type === 'JOB_PROGRESS' ? [message.payload.progress] : []))
}

describe('the end of a stream', () => {
  it('leaves nothing behind when the reader goes away', async () => {
    const job = await openJobEvents({ connectionLimits: { maxConnectionsPerUser: 2 } })
    const readers = [await job.read(), await job.read()]
    await expect.poll(() => readers.map(({ names }) => names.length)).toEqual([1, 1])
    expect(rooms(job).has(job.channel)).toBe(true)
    expect(job.io.jobStreams.open.size).toBe(2)

    const refused = await job.read()
    expect(refused.status).toBe(429)
    for (const reader of readers) reader.leave()
    await expect.poll(() => job.io.jobStreams.open.size).toBe(0)
    await expect.poll(() => rooms(job).has(job.channel)).toBe(false)
    await expect.poll(async () => (await job.read()).status).toBe(200)
  })

  it('comes with the end of the token, and says so', async () => {
    const job = await openJobEvents()
    const token = await signToken({ userId: job.userId, expiresInSeconds: 6 })
    const reader = await job.read({ token })
    await expect.poll(() => reader.end, { timeout: 20_000 }).toBe('ended')
    expect(reader.names).toEqual(['snapshot', 'closing'])
    expect(reader.events[1]).toEqual({ event: 'closing', data: { code: 'token_expired' } })
    expect((await job.read({ token })).status).toBe(401)
    await expect.poll(() => rooms(job).has(job.channel)).toBe(false)
  })

  it('comes with the end of the instance, and says when to come back', async () => {
    const job = await openJobEvents()
    const reader = await job.read()
    const stalled = await job.read()
    await expect.poll(() => [reader, stalled].map(({ names }) => names.length)).toEqual([1, 1])
    stalled.stopReading()
    await job.io.close()
    await expect.poll(() => reader.end).toBe('ended')
    expect(reader.events[1]?.data).toEqual({ code: 'draining', retryAfterMs: reader.retryMs })
    expect(reader.retryMs).toBeLessThanOrEqual(2_000)
    await expect(job.read()).rejects.toThrow(/ECONNREFUSED|socket hang up|ECONNRESET/)
  })

  it('comes at once where the instance is about to stop, in a way after which a browser comes again', async () => {
    const streams = new JobStreams({
      drain: { isRunning: true },
      limits: { open: () => () => {} },
    } as unknown as JobStreamsParts)
    const expiresAt = new Date(Date.now() + 60_000)
    const request = { userId: 'ada', jobId: crypto.randomUUID(), expiresAt, cursor: 7 }
    const server = createServer((_request, response) => void streams.serve(response, request))
    onTestFinished(() => void server.close())
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const reader = await EventSource.open(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    await expect.poll(() => reader.end).toBe('ended')
    expect([reader.status, reader.names]).toEqual([200, ['closing']])
    expect(reader.retryMs).toBeLessThanOrEqual(2_000)
  })

  it('comes for a reader that does not read, who then gets the rest', async () => {
    const many = 400
    const job = await openJobEvents({ log: { maxSize: many + 10, maxBytes: 1e9 } })
    const slow = await job.read()
    const other = await job.read()
    await expect.poll(() => [slow, other].map(({ names }) => names.length)).toEqual([1, 1])
    slow.stopReading()
    const name = 'x'.repeat(60_000)
    for (let n = 0; n < many; n += 1) await job.eventLog.append(job.channel, stepMessage(job.jobId, n, name))
    await expect.poll(() => job.io.jobStreams.open.size).toBe(1)
    await expect.poll(() => stepsOf(other).length).toBe(many)

    slow.goOnReading()
    await expect.poll(() => slow.end).toBe('broken')
    const back = await job.read({ lastEventId: slow.lastEventId! })
    await expect.poll(() => stepsOf(slow).length + stepsOf(back).length).toBe(many)
    expect([...stepsOf(slow), ...stepsOf(back)]).toEqual(Array.from({ length: many }, (_, n) => n))
    expect(back.names).not.toContain('resync')
  })

  it('does not come for a replay that was asked for, however long and however slow', async () => {
    const many = 400
    const job = await openJobEvents({
      log: { maxSize: many + 10, maxBytes: 1e9 },
      sendLimits: { maxPackets: 10, maxBytes: 200_000 },
    })
    const head = await job.eventLog.head(job.channel)
    const name = 'x'.repeat(60_000)
    for (let n = 0; n < many; n += 1) await job.eventLog.append(job.channel, stepMessage(job.jobId, n, name))
    const reader = await job.read({ lastEventId: head })
    reader.stopReading()
    await job.eventLog.append(job.channel, stepMessage(job.jobId, many, name))
    reader.goOnReading()
    await expect.poll(() => stepsOf(reader).length).toBe(many + 1)
    expect(stepsOf(reader)).toEqual(Array.from({ length: many + 1 }, (_, n) => n))
    expect(reader.end).toBe('open')
  })

  it('does not come for a reader that lags: he gets the newest of what is not kept', async () => {
    const many = 400
    const job = await openJobEvents({
      log: { maxSize: many + 10, maxBytes: 1e9 },
      sendLimits: { maxPackets: 1e6, maxBytes: 1e9 },
    })
    const redis = connectRedis(services().redisUrl, 'publisher', { logger: silent })
    onTestFinished(() => redis.disconnect())
    await redisReady(redis)
    const emitter = new TransientEmitter(redis)
    const slow = await job.read()
    const other = await job.read()
    await expect.poll(() => [slow, other].map(({ names }) => names.length)).toEqual([1, 1])
    slow.stopReading()
    const name = 'x'.repeat(60_000)
    for (let n = 0; n < many; n += 1) await job.eventLog.append(job.channel, stepMessage(job.jobId, n, name))
    for (let n = 1; n <= 100; n += 1) {
      const payload = { jobId: job.jobId, operationType: 'rehearse', attempt: 1, n, progress: n, label: '' }
      await emitter.emit(job.channel, { type: 'JOB_PROGRESS', payload })
    }
    await expect.poll(() => progressOf(other)).toHaveLength(100)
    slow.goOnReading()
    await expect.poll(() => progressOf(slow)).toEqual([100])
    expect(stepsOf(slow)).toHaveLength(many)
  })
})
