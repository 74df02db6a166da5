import { randomUUID } from 'node:crypto'
import { connectRedis, TextLog } from '@headway/event-log'
import { jobChannel } from '@headway/events'
import { services, uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { bringToFront } from '../src/realtime/sequencer/bring-to-front.ts'
import { TextCatchUp } from '../src/realtime/sequencer/text-catch-up.ts'
import { TextFeed } from '../src/realtime/sequencer/text-feed.ts'
import { openEngine, openReadyClient, openRealtime, silent } from './realtime-fixture.ts'

it.each([
  ['the same attempt', 1],
  ['an earlier attempt', 2],
])('lets a client follow a job whose text Redis has set back, to %s', async (_, attempt) => {
  const bare = await openRealtime()
  const engine = await openEngine(bare.eventLog)
  const { url, eventLog } = await openRealtime({ engine, eventLog: bare.eventLog })
  const redis = connectRedis(services().redisUrl, 'queue', { logger: silent })
  onTestFinished(() => redis.disconnect())
  const textLog = new TextLog(redis)
  const userId = uniqueUserId()
  const creation = await engine.jobs.create({ userId, operationType: 'rehearse', input: {} })
  if (creation.outcome !== 'created') throw new Error('The job was not created.')
  const { jobId } = creation.response
  const channel = jobChannel(jobId)
  const keys = [`hw:{${channel}}:text`, `hw:{${channel}}:text:meta`] as const
  const append = (attempt: number, expectedOffset: number, text: string) =>
    textLog.append(jobId, { operationType: 'rehearse', attempt, expectedOffset, text })

  await eventLog.setFence(jobId, userId, 1)
  await append(1, 0, 'one ')
  // What a replica has that lags behind, and takes over after the next piece.
  const [text, meta] = await Promise.all(keys.map((key) => redis.dumpBuffer(key)))
  if (attempt > 1) {
    await eventLog.setFence(jobId, userId, attempt)
    await textLog.truncate(jobId, { operationType: 'rehearse', attempt, length: 0 })
    await append(attempt, 0, 'anew')
  } else {
    await append(1, 4, 'two')
  }
  const before = await openReadyClient(url, { userId })
  await before.request('subscribe:job', jobId)
  await redis.restore(keys[0], 0, text!, 'REPLACE')
  await redis.restore(keys[1], 0, meta!, 'REPLACE')

  const after = await openReadyClient(url, { userId })
  await after.request('subscribe:job', jobId)
  // Answered only when the socket has been let into the room.
  expect(await after.request('unsubscribe:job', jobId)).toEqual({ ok: true })
})

it.each([
  ['the same attempt', 1],
  ['an earlier attempt', 2],
])('lets in a reader who was on his way while Redis set the text back, to %s', async (_, attempt) => {
  const { eventLog } = await openRealtime()
  const redis = connectRedis(services().redisUrl, 'queue', { logger: silent })
  onTestFinished(() => redis.disconnect())
  const textLog = new TextLog(redis)
  const jobId = randomUUID()
  const write = async (attempt: number, text: string) => {
    await eventLog.setFence(jobId, uniqueUserId(), attempt)
    await textLog.truncate(jobId, { operationType: 'rehearse', attempt, length: 0 })
    await textLog.append(jobId, { operationType: 'rehearse', attempt, expectedOffset: 0, text })
  }
  await write(attempt, 'one two')
  const feed = new TextFeed(jobId, { textLog, send() {} })
  await feed.catchUp()
  const start = feed.place!

  const key = `hw:{${jobChannel(jobId)}}:text`
  await redis.set(key, 'one')
  await redis.hset(`${key}:meta`, { attempt: 1 })
  await feed.catchUp()
  const writer = { isOpen: true, drained: async () => {}, send() {}, resync() {}, join() {} }
  let reads = 0
  const isIn = bringToFront(
    [new TextCatchUp(feed, start, { textLog, writer })],
    () => (reads += 1) < 20,
    () => {},
  )
  expect(await isIn).toBe(true)
})
