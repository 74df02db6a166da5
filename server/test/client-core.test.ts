import { createHash } from 'node:crypto'
import { jobStore } from '@headway/client/jobs'
import { jobChannel, type OutgoingMessage, type WebSocketMessage } from '@headway/events'
import { signToken, uniqueUserId, waitFor } from '@headway/test-kit'
import { expect, it } from 'vitest'
import { openCore, openJob, untilLive } from './core-fixture.ts'
import { openRealtime, type RealtimeFixture } from './realtime-fixture.ts'

const customerUpdated = (n: number): OutgoingMessage => ({
  type: 'CUSTOMER_UPDATED',
  payload: { customerId: String(n) },
})

const numberOf = ({ payload }: WebSocketMessage): number =>
  Number((payload as { customerId: string }).customerId)

/** Cuts the connections of a server, in the three ways in which they end. */
function cut({ io }: RealtimeFixture, round: number): void {
  for (const socket of io.of('/').sockets.values()) {
    if (round % 3 === 0) socket.disconnect(true)
    else if (round % 3 === 1) socket.conn.close()
    else socket.disconnect()
  }
}

it('shows a job live from the queue to its end, each event once', async () => {
  const { server, userId, jobId, claim } = await openJob()
  const client = openCore(server.url, userId)
  const store = jobStore(client, jobId)
  const types: string[] = []
  client.onAny(({ type }) => types.push(type))
  store.subscribe(() => {})
  await waitFor(() => store.getSnapshot().state === 'queued')

  const attempt = await claim()
  await attempt.beginStep('load')
  await attempt.chunk('Grüße ')
  await attempt.progress(50, 'half')
  await attempt.completeStep('load', { rows: 3 }, 5)
  await attempt.chunk('🚀')
  await attempt.artifact('a.txt', Buffer.from('abc'), 'text/plain')
  await attempt.complete({ rows: 3 })

  await waitFor(() => store.getSnapshot().state === 'completed' && store.getSnapshot().freshness === 'live')
  expect(store.getSnapshot()).toMatchObject({
    progress: 100,
    result: { rows: 3 },
    text: 'Grüße 🚀',
    steps: [{ name: 'load', status: 'completed' }],
    artifacts: [{ name: 'a.txt', size: 3 }],
  })
  const lifecycle = types.filter((type) => ['JOB_STARTED', 'JOB_RUNNING', 'JOB_COMPLETED'].includes(type))
  expect(lifecycle).toEqual(['JOB_STARTED', 'JOB_RUNNING', 'JOB_COMPLETED'])
  const history = store.getSnapshot().events.map(({ type }) => type)
  expect(history[0]).toBe('JOB_STARTED')
  expect(history.at(-1)).toBe('JOB_COMPLETED')
})

it('answers a question, makes the calls that waited in their order, and counts what came', async () => {
  const { server, userId, jobId, claim } = await openJob()
  const client = openCore(server.url, userId)
  const store = jobStore(client, jobId)
  store.subscribe(() => {})
  await untilLive(client)
  const attempt = await claim()
  await attempt.park({ name: 'colour', prompt: 'Which?', schema: { enum: ['red'] }, expiresInMs: 60_000 })
  await waitFor(() => store.getSnapshot().question?.name === 'colour')
  await expect(client.answerJob(jobId, 'colour', 'green')).rejects.toMatchObject({ code: 'bad_request' })

  client.disconnect()
  const answers = Promise.all([
    client.send('answer:job', jobId, 'colour', 'red'),
    client.send('answer:job', jobId, 'colour', 'red'),
    client.send('cancel:job', jobId),
  ])
  expect(client.getStats()).toMatchObject({ state: 'disconnected', queueLength: 3 })
  client.connect()
  expect(await answers).toMatchObject([{ ok: true }, { error: { code: 'conflict' } }, { ok: true }])
  await waitFor(() => store.getSnapshot().state === 'cancelled')
  expect(store.getSnapshot().question).toBeNull()
  const { messages, duplicatesDropped, receivedBytes, queueLength } = client.getStats()
  expect(messages).toBeGreaterThanOrEqual(6)
  expect(duplicatesDropped).toBeGreaterThanOrEqual(5)
  expect(receivedBytes).toBeGreaterThan(100 * messages)
  expect(queueLength).toBe(0)
}, 60_000)

it('follows a job for a callback alone, which wants no text', async () => {
  const { server, userId, jobId, claim } = await openJob()
  const attempt = await claim()
  await attempt.chunk('before')
  await attempt.flush()
  const client = openCore(server.url, userId)
  const types: string[] = []
  client.subscribe(jobId, ({ type, payload }) =>
    types.push('text' in payload ? `${type} ${payload.text}` : type),
  )
  await untilLive(client)
  await waitFor(() => client.follow(jobId).follower.isFollowed)
  await attempt.chunk('after')
  await attempt.complete(null)
  await waitFor(() => types.includes('JOB_COMPLETED'))
  expect(types).toEqual(['JOB_CHUNK after', 'JOB_COMPLETED'])
})

it('misses nothing and repeats nothing while its connections are cut and messages keep coming', async () => {
  const server = await openRealtime({ log: { maxSize: 100_000, maxBytes: 1e8 } })
  const userId = uniqueUserId()
  const client = openCore(server.url, userId)
  const heard: number[] = []
  let resyncs = 0
  client.on('CUSTOMER_UPDATED', (message) => heard.push(numberOf(message)))
  client.onConnection('resync', () => (resyncs += 1))
  await untilLive(client)

  let published = 0
  for (let round = 0; round < 12; round++) {
    const end = performance.now() + 100
    while (performance.now() < end) await server.io.broadcast(userId, customerUpdated(published++))
    cut(server, round)
  }
  await server.io.broadcast(userId, customerUpdated(published++))
  await waitFor(() => heard.length >= published, { timeoutMs: 10_000 })
  expect(heard).toEqual(Array.from({ length: published }, (_, n) => n))
  expect(resyncs).toBe(0)
})

it('holds every byte of a text that streams while its connections are cut', async () => {
  const { server, userId, jobId, claim } = await openJob()
  const client = openCore(server.url, userId)
  const store = jobStore(client, jobId)
  store.subscribe(() => {})
  await untilLive(client)
  const attempt = await claim()
  const hash = createHash('sha256')
  for (let n = 0; n < 600; n++) {
    const text = `line ${n} € 🚀 ${'x'.repeat(n % 700)}\n`
    hash.update(text)
    await attempt.chunk(text)
    if (n % 50 === 49) {
      await attempt.flush()
      cut(server, n)
    }
  }
  await attempt.complete(null)
  await waitFor(() => store.getSnapshot().state === 'completed' && store.getSnapshot().freshness === 'live', {
    timeoutMs: 10_000,
  })
  const { text, events } = store.getSnapshot()
  const sha256 = createHash('sha256').update(text).digest('hex')
  expect(sha256).toBe(hash.digest('hex'))
  expect(events.at(-1)?.payload).toMatchObject({ textSha256: sha256, textEnd: Buffer.byteLength(text) })
})

it('pulls a text that is longer than one answer', async () => {
  const { server, userId, jobId, claim } = await openJob()
  const attempt = await claim()
  const text = 'ä€🚀'.repeat(80_000)
  await attempt.chunk(text)
  await attempt.flush()
  const store = jobStore(openCore(server.url, userId), jobId)
  store.subscribe(() => {})
  await waitFor(() => store.getSnapshot().text.length === text.length, { timeoutMs: 10_000 })
  expect(store.getSnapshot().text).toBe(text)
})

it('loads a job anew when it was away for longer than the log keeps', async () => {
  const { server, userId, jobId, claim } = await openJob({ maxSize: 5 })
  const client = openCore(server.url, userId)
  const store = jobStore(client, jobId)
  store.subscribe(() => {})
  const resyncs: string[] = []
  client.onConnection('resync', ({ channel, reason }) => resyncs.push(`${channel} ${reason}`))
  await waitFor(() => store.getSnapshot().state === 'queued' && store.getSnapshot().freshness === 'live')
  client.disconnect()
  const attempt = await claim()
  for (let n = 0; n < 20; n++) {
    await attempt.beginStep(`step ${n}`)
    await attempt.completeStep(`step ${n}`, null, 1)
  }
  await attempt.fail({ error: 'boom', code: 'internal', retryable: true })
  expect(store.getSnapshot()).toMatchObject({ state: 'queued', freshness: 'stale' })
  client.connect()
  await waitFor(() => store.getSnapshot().freshness === 'live')
  expect(store.getSnapshot()).toMatchObject({ state: 'failed', error: { code: 'internal', message: 'boom' } })
  expect(store.getSnapshot().steps).toHaveLength(20)
  expect(resyncs).toContain(`${jobChannel(jobId)} trimmed`)
})

it('cancels a job, and says what it may not', async () => {
  const { server, userId, jobId } = await openJob()
  const owner = openCore(server.url, userId)
  const stranger = openCore(server.url, uniqueUserId())
  await Promise.all([untilLive(owner), untilLive(stranger)])
  await expect(stranger.cancelJob(jobId)).rejects.toMatchObject({ code: 'not_found' })
  const store = jobStore(stranger, jobId)
  store.subscribe(() => {})
  await waitFor(() => store.getSnapshot().loadError)
  expect(store.getSnapshot()).toMatchObject({ state: undefined, loadError: { code: 'not_found' } })
  expect(await owner.cancelJob(jobId)).toEqual({ state: 'cancelled' })
  await waitFor(() => jobStore(owner, jobId).getSnapshot().state === 'cancelled')
})

it('renews a token that has expired, and gives up when the new one is refused too', async () => {
  const server = await openRealtime()
  const userId = uniqueUserId()
  const lifetimes = [-60, 3_600]
  const client = openCore(server.url, userId, {
    getToken: () => signToken({ userId, expiresInSeconds: lifetimes.shift() ?? -60 }),
  })
  await untilLive(client)
  expect(client.connection.getSnapshot()).toMatchObject({ state: 'connected', userId })

  const expired = openCore(server.url, userId, {
    getToken: () => signToken({ userId, expiresInSeconds: -60 }),
  })
  await waitFor(() => expired.connection.getSnapshot().state === 'failed')
  expect(expired.connection.getSnapshot().error?.code).toBe('token_expired')
})

it('refreshes its token in place before it expires', async () => {
  const server = await openRealtime()
  const userId = uniqueUserId()
  let tokens = 0
  const client = openCore(server.url, userId, {
    getToken: () => signToken({ userId, expiresInSeconds: tokens++ === 0 ? 2 : 3_600 }),
  })
  let disconnects = 0
  client.onConnection('disconnected', () => (disconnects += 1))
  await untilLive(client)
  await new Promise((resolve) => setTimeout(resolve, 3_000))
  expect(client.connection.getSnapshot().freshness).toBe('live')
  expect({ tokens, disconnects }).toEqual({ tokens: 2, disconnects: 0 })
})

it('comes back after a server that drained', async () => {
  const server = await openRealtime()
  const client = openCore(server.url, uniqueUserId())
  await untilLive(client)
  const reconnecting: number[] = []
  client.onConnection('reconnecting', ({ delayMs }) => reconnecting.push(delayMs))
  for (const socket of server.io.of('/').sockets.values()) {
    socket.emit('closing', { code: 'draining', retryAfterMs: 300 })
    socket.conn.close()
  }
  await waitFor(() => client.connection.getSnapshot().state === 'reconnecting')
  await untilLive(client)
  expect(reconnecting[0]).toBeGreaterThanOrEqual(300)
})
