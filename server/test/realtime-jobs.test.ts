import { randomUUID } from 'node:crypto'
import { jobChannel, userChannel, type JobView, type MessageOf } from '@headway/events'
import { connectRedis, redisReady, TextLog } from '@headway/event-log'
import { services, uniqueUserId } from '@headway/test-kit'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  openClient,
  openEngine,
  openReadyClient,
  openRealtime,
  silent,
  type TestClient,
} from './realtime-fixture.ts'

/** A server with jobs, a user, and a job of his that a worker can claim. */
async function openJob() {
  const server = await openRealtime()
  const engine = await openEngine(server.eventLog)
  const { url } = await openRealtime({ engine, eventLog: server.eventLog })
  const userId = uniqueUserId()
  const creation = await engine.jobs.create({ userId, operationType: 'rehearse', input: {} })
  if (creation.outcome === 'idempotency_mismatch') throw new Error(creation.outcome)
  const { jobId } = creation.response
  await engine.relay.flush([userChannel(userId), jobChannel(jobId)])
  const claim = async () => {
    const attempt = await engine.attempts.claim({
      jobId,
      dispatch: 1,
      workerId: randomUUID(),
      leaseMs: 60_000,
    })
    if (!attempt) throw new Error('not claimed')
    await attempt.running()
    return attempt
  }
  return { url, engine, userId, jobId, channel: jobChannel(jobId), claim }
}

function textOf(client: TestClient): string {
  return client.events
    .filter((message): message is MessageOf<'JOB_CHUNK'> => message.type === 'JOB_CHUNK')
    .map(({ payload }) => payload.text)
    .join('')
}

describe('subscribe:job', () => {
  it('answers the snapshot, then sends what follows it', async () => {
    const { url, userId, jobId, channel, claim, engine } = await openJob()
    const client = await openReadyClient(url, { userId })
    const ack = await client.request('subscribe:job', jobId, {})
    expect(ack).toMatchObject({
      ok: true,
      channel,
      text: '',
      textOffset: 0,
      textEnd: 0,
      job: { jobId, state: 'queued', version: 2 },
    })
    const attempt = await claim()
    await attempt.complete({ done: true })
    const onJob = () => client.events.filter((message) => message.channel === channel)
    await expect
      .poll(() => onJob().map(({ type }) => type))
      .toEqual(['JOB_STARTED', 'JOB_RUNNING', 'JOB_COMPLETED'])
    expect(onJob().map(({ prev }) => prev)).toEqual([ack['seq'], onJob()[0]?.seq, onJob()[1]?.seq])
    // The user's channel brings the same lifecycle, once.
    const own = client.events.filter((message) => message.channel === userChannel(userId))
    expect(own.map(({ type }) => type)).toEqual(['JOB_STARTED', 'JOB_RUNNING', 'JOB_COMPLETED'])
    expect(await engine.jobs.view(userId, jobId)).toMatchObject({ state: 'completed', progress: 100 })
  })

  it('gives a cursor what it missed, before the snapshot', async () => {
    const { url, userId, jobId, claim, channel } = await openJob()
    const first = await openReadyClient(url, { userId })
    const { seq } = await first.request('subscribe:job', jobId, {})
    first.socket.disconnect()
    await claim()
    const back = await openReadyClient(url, { userId })
    const order: string[] = []
    back.socket.onAny((_event: string, message: { type?: string }) => order.push(message.type ?? ''))
    const ack = await back.request('subscribe:job', jobId, { cursor: seq })
    order.push('ack')
    expect(order).toEqual(['JOB_STARTED', 'JOB_RUNNING', 'ack'])
    expect(ack['seq']).toBe(back.cursors[channel])
    expect(ack['job']).toMatchObject({ state: 'running', attempt: 1 })
  })

  it('joins live text to the text of the snapshot without a gap or a repetition', async () => {
    const { url, userId, jobId, claim } = await openJob()
    await claim()
    const redis = connectRedis(services().redisUrl, 'publisher', { logger: silent })
    onTestFinished(() => redis.disconnect())
    await redisReady(redis)
    const log = new TextLog(redis)
    let written = ''
    let isOver = false
    const writing = (async () => {
      for (let n = 0; !isOver; n += 1) {
        const text = `line ${n} €\n`
        const expectedOffset = Buffer.byteLength(written)
        await log.append(jobId, { operationType: 'rehearse', attempt: 1, expectedOffset, text })
        written += text
      }
    })()
    const readers = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const client = await openReadyClient(url, { userId })
        const { text } = await client.request('subscribe:job', jobId, {})
        return { client, start: String(text) }
      }),
    )
    isOver = true
    await writing
    for (const { client, start } of readers) {
      await expect.poll(() => start + textOf(client)).toBe(written)
    }
  })

  it('gives the text from an offset, also after the job has ended and Redis has let it go', async () => {
    const { url, engine, userId, jobId, claim } = await openJob()
    const attempt = await claim()
    await attempt.chunk('0123456789')
    await attempt.complete(null)
    const client = await openReadyClient(url, { userId })
    const ask = () => client.request('subscribe:job', jobId, { textOffset: 4 })
    expect(await ask()).toMatchObject({ text: '456789', textOffset: 4, textEnd: 10 })
    expect((await engine.text.read(jobId, 0, 100)).text.toString()).toBe('0123456789')
    expect(await ask()).toMatchObject({ text: '456789', job: { state: 'completed', textEnd: 10 } })
  })

  it('gives whole characters, from before an offset that lies inside of one', async () => {
    const { url, userId, jobId, claim } = await openJob()
    const attempt = await claim()
    await attempt.chunk('a€😀z')
    await attempt.complete(null)
    const client = await openReadyClient(url, { userId })
    const ask = (textOffset: number) => client.request('subscribe:job', jobId, { textOffset })
    for (const inEuro of [1, 2, 3]) expect(await ask(inEuro)).toMatchObject({ text: '€😀z', textOffset: 1 })
    for (const inFace of [4, 5, 7]) expect(await ask(inFace)).toMatchObject({ text: '😀z', textOffset: 4 })
    expect(await ask(8)).toMatchObject({ text: 'z', textOffset: 8, textEnd: 9 })
  })

  it('again goes on where the socket stood', async () => {
    const { url, userId, jobId, claim, channel } = await openJob()
    const client = await openReadyClient(url, { userId })
    await client.request('subscribe:job', jobId)
    const attempt = await claim()
    await attempt.beginStep('one')
    await client.request('subscribe:job', jobId, {})
    await attempt.completeStep('one', null, 1)
    await attempt.complete(null)
    const chain = () =>
      client.events.filter((message) => message.channel === channel && message.seq !== undefined)
    await expect.poll(() => chain().at(-1)?.type).toBe('JOB_COMPLETED')
    expect(
      chain()
        .slice(1)
        .map(({ prev }) => prev),
    ).toEqual(
      chain()
        .slice(0, -1)
        .map(({ seq }) => seq),
    )
    expect(chain().map(({ type }) => type)).toContain('JOB_STEP')
  })

  it.each(['another user’s job', 'a job that does not exist'])('answers not_found for %s', async (which) => {
    const { url, jobId } = await openJob()
    const client = await openReadyClient(url, { userId: uniqueUserId() })
    const asked = which.startsWith('another') ? jobId : randomUUID()
    for (const event of ['subscribe:job', 'cancel:job']) {
      expect(await client.request(event, asked)).toEqual({
        ok: false,
        error: { code: 'not_found', message: `There is no job ${asked}.` },
      })
    }
  })

  it('is undone by unsubscribe:job', async () => {
    const { url, userId, jobId, claim, channel } = await openJob()
    const client = await openReadyClient(url, { userId })
    await client.request('subscribe:job', jobId)
    expect(await client.request('unsubscribe:job', jobId)).toEqual({ ok: true })
    await (await claim()).complete(null)
    await expect.poll(() => client.types()).toContain('JOB_COMPLETED')
    expect(client.events.filter((message) => message.channel === channel)).toEqual([])
  })
})

describe('requests', () => {
  it('of cancel:job end a queued job, and refuse an ended one', async () => {
    const { url, userId, jobId } = await openJob()
    const client = await openReadyClient(url, { userId })
    expect(await client.request('cancel:job', jobId)).toEqual({ ok: true, state: 'cancelled' })
    await expect.poll(() => client.types()).toEqual(['JOB_CANCELLED'])
    expect(await client.request('cancel:job', jobId)).toMatchObject({ ok: true, state: 'cancelled' })
  })

  it('of resume send what follows a cursor, or say that they can not', async () => {
    const { url, userId, jobId, channel } = await openJob()
    const client = await openReadyClient(url, { userId })
    expect(await client.request('resume', channel, 1)).toMatchObject({
      ok: false,
      error: { code: 'not_subscribed' },
    })
    const { seq } = await client.request('subscribe:job', jobId)
    expect(await client.request('resume', channel, seq)).toEqual({
      ok: true,
      status: 'replayed',
      count: 0,
      seq,
    })
    expect(await client.request('resume', channel, 1)).toEqual({
      ok: true,
      status: 'resync',
      seq,
      reason: 'lost',
    })
    const own = userChannel(userId)
    await client.request('cancel:job', jobId)
    await expect.poll(() => client.types()).toContain('JOB_CANCELLED')
    const before = client.readies[0]!.channels[own]!
    const again = await client.request('resume', own, before)
    expect(again).toEqual({ ok: true, status: 'replayed', count: 1, seq: client.cursors[own] })
    expect(client.events.filter((message) => message.channel === own)).toHaveLength(2)
  })

  it('of sync answer the heads of what the socket follows', async () => {
    const { url, userId, jobId, channel, claim } = await openJob()
    const client = await openReadyClient(url, { userId })
    const attempt = await claim()
    await attempt.chunk('abc')
    await attempt.flush()
    await client.request('subscribe:job', jobId)
    const answer = await client.request('sync')
    expect(answer).toMatchObject({
      ok: true,
      serverTime: expect.stringMatching(/Z$/),
      channels: { [channel]: { textEnd: 3 }, all: {}, [userChannel(userId)]: {} },
    })
    expect(Object.keys(answer['channels'] as object)).toHaveLength(3)
  })

  it('that are malformed get bad_request, whatever they are, and harm nothing', async () => {
    const { url, userId, jobId } = await openJob()
    const client = await openReadyClient(url, { userId })
    const wrong = ['user:2', '*', '#', '', '../x', [jobId], { toString: 1 }, 7, null, '__proto__']
    for (const value of wrong) {
      expect(await client.request('subscribe:job', value)).toMatchObject({
        ok: false,
        error: { code: 'bad_request' },
      })
    }
    for (const options of [
      { cursor: '5' },
      { cursor: -1 },
      { cursor: 1.5 },
      { cursor: 2 ** 53 },
      { textOffset: [] },
      'x',
    ]) {
      expect(await client.request('subscribe:job', jobId, options)).toMatchObject({
        ok: false,
        error: { code: 'bad_request' },
      })
    }
    expect(await client.request('sync', 1, 2, 3)).toMatchObject({ ok: false, error: { code: 'bad_request' } })
    // Without an acknowledgement, with one in the wrong place, and an unknown event.
    client.socket.emit('subscribe:job')
    client.socket.emit('resume', () => {}, 'all', 1)
    client.socket.emit('unknown', 1)
    expect(await client.request('cancel:job', 'zzz')).toEqual({
      ok: false,
      error: { code: 'bad_request', message: 'cancel:job: argument 1 must be the UUID of a job.' },
    })
    expect(await client.request('no:such', 1)).toMatchObject({
      ok: false,
      error: { code: 'bad_request', message: expect.stringContaining('"no:such"') },
    })
    expect(await client.request('sync')).toMatchObject({ ok: true })
  })

  it('that come too fast get rate_limited', async () => {
    const { url, userId } = await openJob()
    const client = await openReadyClient(url, { userId })
    const answers = await Promise.all(
      Array.from({ length: 300 }, () => client.request('unsubscribe:job', randomUUID())),
    )
    const refused = answers.filter(({ ok }) => !ok)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]).toMatchObject({ error: { code: 'rate_limited', retryAfterMs: 1_000 } })
  })

  it('about jobs are unavailable where the server was given no database', async () => {
    const { url } = await openRealtime()
    const client = await openReadyClient(url, { userId: uniqueUserId() })
    expect(await client.request('subscribe:job', randomUUID())).toMatchObject({
      error: { code: 'unavailable' },
    })
  })
})

it('a handshake with the cursor of an own job joins its room', async () => {
  const { url, userId, jobId, channel, claim } = await openJob()
  const first = await openReadyClient(url, { userId })
  const { seq } = await first.request('subscribe:job', jobId)
  first.socket.disconnect()
  const attempt = await claim()
  const back = await openClient(url, { userId, auth: { cursors: { [channel]: seq } } })
  const ready = await back.ready()
  expect(ready.channels).toHaveProperty([channel])
  expect(ready.replayed).toBe(2)
  await attempt.complete(null)
  await expect
    .poll(() => back.events.filter((message) => message.channel === channel).map(({ type }) => type))
    .toEqual(['JOB_STARTED', 'JOB_RUNNING', 'JOB_COMPLETED'])
  const view = (await back.request('subscribe:job', jobId))['job'] as JobView
  expect(view.state).toBe('completed')
})
