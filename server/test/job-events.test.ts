import { signToken, uniqueUserId } from '@headway/test-kit'
import { expect, it } from 'vitest'
import { EventSource } from './event-source.ts'
import { openJobEvents, serveEvents } from './job-events-fixture.ts'
import { openReadyClient } from './realtime-fixture.ts'

async function answerOf(url: string, token?: string) {
  const answer = await fetch(
    url,
    token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } },
  )
  const { code } = (await answer.json()) as { code: string }
  return [answer.status, answer.headers.get('content-type'), code]
}

it('begins with a snapshot, goes on with each message in order, and ends with the job', async () => {
  const job = await openJobEvents()
  const reader = await job.read()
  expect([reader.status, reader.headers['content-type'], reader.headers['x-accel-buffering']]).toEqual([
    200,
    'text/event-stream',
    'no',
  ])
  expect(reader.headers['cache-control']).toBe('no-store, no-transform')
  await expect.poll(() => reader.names).toEqual(['snapshot'])
  const attempt = await job.claim()
  await attempt.progress(40, 'under way')
  await attempt.chunk('Hello €')
  await attempt.flush()
  await attempt.complete({ done: true })

  await expect.poll(() => reader.end).toBe('ended')
  expect(reader.snapshots).toMatchObject([
    {
      channel: job.channel,
      text: '',
      textOffset: 0,
      textEnd: 0,
      job: { jobId: job.jobId, state: 'queued' },
    },
  ])
  const types = reader.names.filter((name) => name !== 'JOB_PROGRESS')
  expect(types).toEqual(['snapshot', 'JOB_STARTED', 'JOB_RUNNING', 'JOB_CHUNK', 'JOB_COMPLETED'])
  const durable = reader.messages.filter(({ seq }) => seq !== undefined)
  expect(durable.map(({ prev }) => prev)).toEqual([
    reader.snapshots[0]?.seq,
    ...durable.slice(0, -1).map(({ seq }) => seq),
  ])
  // The id is the place; what has none leaves the reader where he is.
  expect(reader.events.map(({ id, data }) => [id, data.seq?.toString()])).toEqual(
    reader.events.map(({ data }) => [data.seq?.toString(), data.seq?.toString()]),
  )
  expect(reader.events.find(({ event }) => event === 'JOB_PROGRESS')?.data.payload.progress).toBe(40)
})

it('tells what a socket is told, on every instance', async () => {
  const job = await openJobEvents()
  const other = await serveEvents({ engine: job.engine, eventLog: job.eventLog })
  const socket = await openReadyClient(other.url, { userId: job.userId })
  await socket.request('subscribe:job', job.jobId, {})
  const readers = await Promise.all([
    job.read(),
    EventSource.open(`${other.url}/api/jobs/${job.jobId}/events`, { userId: job.userId }),
  ])
  const attempt = await job.claim()
  for (let n = 0; n < 20; n += 1) await job.step(n)
  await attempt.fail({ error: 'no', code: 'internal', retryable: false })
  await expect.poll(() => readers.map(({ end }) => end)).toEqual(['ended', 'ended'])
  await expect.poll(() => socket.types()).toContain('JOB_FAILED')
  const told = socket.events.filter(({ channel }) => channel === job.channel)
  expect(told).toHaveLength(23)
  for (const reader of readers) expect(reader.messages).toEqual(told)
})

it('has the text so far in its snapshot, and the rest as it comes', async () => {
  const job = await openJobEvents()
  const attempt = await job.claim()
  await attempt.chunk('one €, ')
  await attempt.flush()
  const reader = await job.read({ query: `?token=${await signToken({ userId: job.userId })}`, token: '' })
  await expect.poll(() => reader.snapshots.map(({ text }) => text)).toEqual(['one €, '])
  await attempt.chunk('two')
  await attempt.flush()
  await attempt.complete({})
  await expect.poll(() => reader.end).toBe('ended')
  const chunks = reader.messages.flatMap((message) =>
    message.type === 'JOB_CHUNK' ? [[message.payload.offset, message.payload.text]] : [],
  )
  expect(chunks).toEqual([[9, 'two']])
  expect(reader.messages.at(-1)).toMatchObject({ type: 'JOB_COMPLETED', payload: { textEnd: 12 } })

  const late = await job.read()
  await expect.poll(() => late.end).toBe('ended')
  expect(late.snapshots).toMatchObject([{ text: 'one €, two', textEnd: 12, job: { state: 'completed' } }])
})

it('is for the user of the job alone, and tells nobody else that there is one', async () => {
  const job = await openJobEvents()
  const path = `${job.url}/api/jobs/${job.jobId}/events`
  const problem = 'application/problem+json; charset=utf-8'
  const own = await signToken({ userId: job.userId })
  expect(await answerOf(path)).toEqual([401, problem, 'unauthorized'])
  expect(await answerOf(`${path}?token=no`)).toEqual([401, problem, 'unauthorized'])
  expect(await answerOf(path, await signToken({ userId: job.userId, expiresInSeconds: -1 }))).toEqual([
    401,
    problem,
    'token_expired',
  ])
  expect(await answerOf(path, await signToken({ userId: uniqueUserId() }))).toEqual([
    404,
    problem,
    'not_found',
  ])
  const missing = `${job.url}/api/jobs/${crypto.randomUUID()}/events`
  expect(await answerOf(missing, own)).toEqual([404, problem, 'not_found'])
  expect(await answerOf(`${job.url}/api/jobs/7/events`, own)).toEqual([404, problem, 'not_found'])
  for (const id of ['-1', '1e3', 'x', '99999999999999999', '9007199254740993']) {
    expect(await answerOf(`${path}?lastEventId=${id}`, own)).toEqual([400, problem, 'bad_request'])
  }
  expect(await answerOf(`${path}?lastEventId=1&lastEventId=2`, own)).toEqual([400, problem, 'bad_request'])
  const posted = await fetch(path, { method: 'POST', headers: { authorization: `Bearer ${own}` } })
  expect([posted.status, posted.headers.get('allow')]).toEqual([405, 'GET'])
  const head = await fetch(path, { method: 'HEAD', headers: { authorization: `Bearer ${own}` } })
  expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
})

it('gives signs of life while nothing happens', async () => {
  const job = await openJobEvents({ streamPingMs: 20 })
  const reader = await job.read()
  await expect.poll(() => reader.comments.length).toBeGreaterThan(2)
  expect(new Set(reader.comments)).toEqual(new Set(['ping']))
  expect(reader.names).toEqual(['snapshot'])
})
