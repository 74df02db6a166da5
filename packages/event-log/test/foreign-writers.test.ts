import { expect, it } from 'vitest'
import { ProgressLog, TextLog } from '@headway/event-log'
import type { Redis } from 'ioredis'
import { openLog, openRedis } from './open-log.ts'

/** A job whose attempt has begun, as writers without a count and a text of their own find it. */
async function openJob(options?: { maxTextBytes?: number }) {
  const opened = await openLog()
  const { log, redis, jobId, userId } = opened
  const text = new TextLog(redis, options)
  await log.setFence(jobId, userId, 1)
  await text.truncate(jobId, { operationType: 'import', attempt: 1, length: 0 })
  return { ...opened, text, progress: new ProgressLog(redis) }
}

async function textOf(text: TextLog, jobId: string): Promise<string> {
  return (await text.read(jobId, 0, 1_000_000)).text.toString()
}

/** What the instances hear of a room. */
async function listenTo(room: string): Promise<string[]> {
  const subscriber: Redis = await openRedis('subscriber')
  const heard: string[] = []
  subscriber.on('message', (_channel, message) => heard.push(message))
  await subscriber.subscribe(`socket.io#/#${room}#`)
  return heard
}

it('E11: adds to the end of a text wherever that is, once per mark', async () => {
  const { text, jobId, job } = await openJob()
  const heard = await listenTo(job)
  expect(await text.add(jobId, { text: 'naïve ', once: 'a' })).toEqual({ outcome: 'appended', end: 7 })
  expect(await text.add(jobId, { text: 'naïve ', once: 'b' })).toEqual({ outcome: 'appended', end: 14 })
  expect(await text.add(jobId, { text: 'naïve ', once: 'a' })).toEqual({ outcome: 'appended', end: 7 })
  expect(await textOf(text, jobId)).toBe('naïve naïve ')
  await expect.poll(() => heard.length).toBe(2)
  const [header, packet] = heard[1]!.split('\n')
  expect(header).toBe(`${job} - - 1 0 7 14`)
  expect(JSON.parse(packet!)).toEqual([
    'event',
    {
      type: 'JOB_CHUNK',
      payload: { jobId, operationType: 'import', attempt: 1, text: 'naïve ', offset: 7, end: 14 },
      timestamp: expect.any(String),
      channel: job,
    },
  ])
})

it('E11: loses nothing of writers that add at the same time, and cuts a long text into messages', async () => {
  const { text, jobId } = await openJob()
  const words = Array.from({ length: 50 }, (_, at) => `<${at}>`)
  await Promise.all(words.map((word, at) => text.add(jobId, { text: word, once: `w${at}` })))
  expect((await textOf(text, jobId)).length).toBe(words.join('').length)
  for (const word of words) expect(await textOf(text, jobId)).toContain(word)
  const long = 'é'.repeat(20_000)
  await text.add(jobId, { text: long, once: 'long' })
  expect((await textOf(text, jobId)).endsWith(long)).toBe(true)
})

it('E11: ends a text over its limit with the line that says so', async () => {
  const { text, jobId } = await openJob({ maxTextBytes: 10 })
  expect((await text.add(jobId, { text: '12345678', once: 'a' })).outcome).toBe('appended')
  expect((await text.add(jobId, { text: '12345678', once: 'b' })).outcome).toBe('full')
  expect((await text.add(jobId, { text: '1', once: 'c' })).outcome).toBe('full')
  expect(await textOf(text, jobId)).toMatch(/^12345678\n\n\[The text ends here/)
})

it('E11: numbers progress per attempt for writers that do not count', async () => {
  const { log, progress, jobId, userId } = await openJob()
  const heard = await listenTo(`user:${userId}`)
  const send = (label: string, attempt?: number) =>
    progress.publishNext({ userId, jobId, progress: 5, label, attempt })
  expect(await send('"one"')).toEqual({ outcome: 'published' })
  expect(await send('two', 1)).toEqual({ outcome: 'published' })
  expect(await send('three', 2)).toEqual({ outcome: 'fenced' })
  expect(await progress.newest(jobId)).toEqual({ attempt: 1, n: 2, progress: 5, label: 'two' })
  await log.setFence(jobId, userId, 2)
  expect(await send('of the first', 1)).toEqual({ outcome: 'fenced' })
  expect(await send('of the second', 2)).toEqual({ outcome: 'published' })
  await expect.poll(() => heard.length).toBe(3)
  const payloads = heard.map((message) => JSON.parse(message.split('\n')[1]!)[1].payload)
  expect(payloads.map(({ attempt, n, operationType, label }) => [attempt, n, operationType, label])).toEqual([
    [1, 1, 'import', '"one"'],
    [1, 2, 'import', 'two'],
    [2, 1, 'import', 'of the second'],
  ])
})

it('E12: an attempt that was shut out writes nothing, and is not let in again; a later one is', async () => {
  const { log, text, progress, jobId, userId } = await openJob()
  await log.closeFence(jobId, userId, 1)
  await log.setFence(jobId, userId, 1)
  for (const attempt of [1, undefined]) {
    expect((await text.add(jobId, { text: 'x', once: 'a', attempt })).outcome).toBe('fenced')
    expect(await progress.publishNext({ userId, jobId, progress: 1, label: '', attempt })).toEqual({
      outcome: 'fenced',
    })
  }
  const append = { operationType: 'import', attempt: 1, expectedOffset: 0, text: 'x' }
  expect((await text.append(jobId, append)).outcome).toBe('fenced')
  await log.setFence(jobId, userId, 2)
  await log.closeFence(jobId, userId, 1)
  expect((await text.add(jobId, { text: 'x', once: 'b', attempt: 2 })).outcome).toBe('appended')
})

it('E12: nobody writes to a job that Redis does not know', async () => {
  const { log, redis, jobId, userId } = await openLog()
  const text = new TextLog(redis)
  expect((await text.add(jobId, { text: 'x', once: 'a' })).outcome).toBe('no_fence')
  await log.setFence(jobId, userId, 1)
  expect((await text.add(jobId, { text: 'x', once: 'a' })).outcome).toBe('no_fence')
  expect((await text.add(jobId, { text: 'x', once: 'a', operationType: 'import' })).outcome).toBe('appended')
})
