import { randomUUID } from 'node:crypto'
import { EventLog, TextLog, WorkOffers } from '@headway/event-log'
import { FaultProxy, startTestRedis, waitFor } from '@headway/test-kit'
import { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'
import {
  holdJob,
  publishJobCheckpoint,
  publishJobChunk,
  publishJobComplete,
  publishJobError,
  publishJobProgress,
  readJobCheckpoint,
  ReportTooLargeError,
  takeJob,
} from '../src/index.ts'

/** A Redis that no server reads, and a job in it whose first attempt has begun. */
async function openJob() {
  const server = await startTestRedis()
  // As an application opens it, with nothing of Headway.
  const redis = new Redis(server.url)
  onTestFinished(async () => {
    redis.disconnect()
    await server.stop()
  })
  const [jobId, userId] = [randomUUID(), 'ada']
  const begin = async (attempt: number) => {
    await new EventLog(redis).setFence(jobId, userId, attempt)
    await new TextLog(redis).truncate(jobId, { operationType: 'ocr', attempt, length: 0 })
  }
  await begin(1)
  const reports = async () => {
    const entries = await redis.xrange('hw:{reports}', '-', '+')
    return entries.map(([, flat]) =>
      Object.fromEntries(flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1]]] : []))),
    )
  }
  return { url: server.url, redis, jobId, userId, begin, reports }
}

it('writes the entries that docs/reports.md describes', async () => {
  const { redis, jobId, userId, reports } = await openJob()
  await publishJobChunk(redis, jobId, userId, 'né', { attempt: 1 })
  const ids = [
    await publishJobCheckpoint(redis, jobId, userId, 'read', { rows: 3 }, { attempt: 1 }),
    await publishJobComplete(redis, jobId, userId, undefined, 12.6, { attempt: 1 }),
    await publishJobError(redis, jobId, userId, 'no', true, { attempt: 1, code: 'upstream' }),
    await publishJobError(redis, jobId, userId, 'x'.repeat(5_000), false),
  ].map(({ reportId }) => reportId)
  const job = { v: '1', jobId, userId, attempt: '1' }
  expect(await reports()).toEqual([
    { ...job, id: ids[0], kind: 'checkpoint', step: 'read', data: '{"rows":3}', textEnd: '3' },
    { ...job, id: ids[1], kind: 'complete', result: 'null', durationMs: '13' },
    { ...job, id: ids[2], kind: 'error', message: 'no', retryable: '1', code: 'upstream' },
    { ...job, id: ids[3], kind: 'error', message: 'x'.repeat(4_000), retryable: '0' },
  ])
  expect(new Set(ids).size).toBe(4)
})

it('names no attempt where none is given and Redis knows none', async () => {
  const { redis, userId, reports } = await openJob()
  await publishJobComplete(redis, randomUUID(), userId, 1, 1)
  expect((await reports())[0]).not.toHaveProperty('attempt')
})

it('sends nothing that is too large, or no percentage', async () => {
  const { redis, jobId, userId, reports } = await openJob()
  const large = 'x'.repeat(1_048_576)
  await expect(publishJobComplete(redis, jobId, userId, large, 1)).rejects.toThrow(ReportTooLargeError)
  await expect(publishJobCheckpoint(redis, jobId, userId, 'a', large)).rejects.toMatchObject({
    code: 'payload_too_large',
    bytes: 1_048_578,
  })
  const nested = JSON.parse('['.repeat(201) + ']'.repeat(201)) as unknown
  await expect(publishJobComplete(redis, jobId, userId, nested, 1)).rejects.toThrow(/deeper than 200 levels/)
  await expect(publishJobProgress(redis, jobId, userId, '', '', Number.NaN)).rejects.toThrow(/is NaN/)
  expect(await reports()).toEqual([])
})

it('says what no server could read, in place of sending it', async () => {
  const { redis, jobId, userId, reports } = await openJob()
  for (const step of ['', 'x'.repeat(201)])
    await expect(publishJobCheckpoint(redis, jobId, userId, step, 1)).rejects.toThrow(/1 to 200 characters/)
  const failure = publishJobError(redis, jobId, userId, 'no', false, { code: 'E_NOT' })
  await expect(failure).rejects.toThrow(/code .* E_NOT/)
  for (const attempt of [-1, 1.5, Number.NaN])
    await expect(publishJobComplete(redis, jobId, userId, 1, 1, { attempt })).rejects.toThrow(/attempt/)
  expect(await reports()).toEqual([])
})

it('leaves a time out that is none: the server knows its own', async () => {
  const { redis, jobId, userId, reports } = await openJob()
  for (const durationMs of [Number.NaN, Number.POSITIVE_INFINITY])
    await publishJobComplete(redis, jobId, userId, 1, durationMs)
  expect((await reports()).map((report) => report['durationMs'])).toEqual([undefined, undefined])
})

it('appends a chunk once that is sent again under its name', async () => {
  const { redis, jobId, userId } = await openJob()
  const send = (once?: string) =>
    publishJobChunk(redis, jobId, userId, 'a', once === undefined ? {} : { once })
  expect(await send('1')).toEqual({ outcome: 'published', end: 1 })
  expect(await send('1')).toEqual({ outcome: 'published', end: 1 })
  expect(await send()).toEqual({ outcome: 'published', end: 2 })
  expect(await send()).toEqual({ outcome: 'published', end: 3 })
})

it('appends a chunk once whose reply was lost, so that the client has sent it again', async () => {
  const { redis, url, jobId, userId } = await openJob()
  const proxy = await FaultProxy.start({ targets: [Number(new URL(url).port)] })
  const worker = new Redis(proxy.port, '127.0.0.1')
  // A cut connection is opened again, and nobody else need hear of it.
  worker.on('error', () => {})
  onTestFinished(async () => {
    worker.disconnect()
    await proxy.stop()
  })
  await publishJobChunk(worker, jobId, userId, 'a', { attempt: 1 })
  proxy.set({ mode: 'cutAfter', bytes: 0 })
  const sent = publishJobChunk(worker, jobId, userId, 'b', { attempt: 1 })
  await waitFor(() => proxy.swallowedBytes > 0)
  proxy.set({ mode: 'pass' })
  expect(await sent).toEqual({ outcome: 'published', end: 2 })
  expect((await new TextLog(redis).read(jobId, 0, 100)).text.toString()).toBe('ab')
})

it('waits with text for a Redis that has forgotten the attempt', async () => {
  const { redis, jobId, userId, begin } = await openJob()
  await redis.flushall()
  expect(await publishJobProgress(redis, jobId, userId, '', 'x', 1)).toEqual({ outcome: 'no_fence' })
  const sent = publishJobChunk(redis, jobId, userId, 'after', { attempt: 1 })
  await begin(1)
  expect(await sent).toEqual({ outcome: 'published', end: 5 })
})

it('shows the state where there is no label', async () => {
  const { redis, jobId, userId } = await openJob()
  await publishJobProgress(redis, jobId, userId, 'downloading', '', 33.336)
  const kept = JSON.parse((await redis.get(`hw:{job:${jobId}}:progress`))!) as object
  expect(kept).toEqual({ attempt: 1, n: 1, progress: 33.34, label: 'downloading' })
})

it('takes a job, keeps it, and hears when it is over', async () => {
  const { redis, jobId, userId } = await openJob()
  const waiting = redis.duplicate()
  onTestFinished(() => waiting.disconnect())
  const offers = new WorkOffers(redis)
  const offer = {
    v: 1,
    jobId,
    userId,
    attempt: 1,
    operationType: 'ocr',
    input: {},
    checkpoint: null,
  } as const
  expect(await takeJob(waiting, 'ocr', { worker: 'a', waitMs: 20 })).toBeUndefined()
  await offers.offer(offer)
  await offers.offer(offer)
  const job = await takeJob(waiting, 'ocr', { worker: 'a', holdSeconds: 2 })
  expect(job).toEqual({ ...offer, worker: 'a', holdSeconds: 2 })
  expect(await takeJob(waiting, 'ocr', { worker: 'b' })).toBeUndefined()

  const held = holdJob(redis, job!)
  await waitFor(async () => (await redis.pttl(`hw:{job:${jobId}}:alive:1`)) < 1_700)
  await waitFor(async () => (await redis.pttl(`hw:{job:${jobId}}:alive:1`)) > 1_700)
  expect(held.signal.aborted).toBe(false)
  await new EventLog(redis).closeFence(jobId, userId, 1)
  await waitFor(() => held.signal.aborted)
  expect(await readJobCheckpoint(redis, jobId)).toBeUndefined()
})
