import type { WebSocketMessage } from '@headway/events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeServer } from '../test/fake-server.ts'
import type { ClientOptions } from './client-options.ts'
import { createClient } from './create-client.ts'
import { memoryCursorStore } from './cursor-store.ts'
import type { ConnectionEvents } from './connection-events.ts'
import type { HeadwayClient } from './headway-client.ts'
import { jobStore, watchJobs } from './job-stores.ts'
import type { TransportHandlers } from './transport.ts'

const jobId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'
let server: FakeServer
const clients: HeadwayClient[] = []

function clientOf(options: Partial<ClientOptions> = {}): HeadwayClient {
  const client = createClient({
    getToken: () => 'token',
    cursors: memoryCursorStore(),
    openTransport: (target, handlers) => server.openTransport(target, handlers),
    onError: () => {},
    ...options,
  })
  clients.push(client)
  return client
}

async function connected(options: Partial<ClientOptions> = {}): Promise<HeadwayClient> {
  const client = clientOf(options)
  client.connect()
  await settle()
  expect(client.connection.getSnapshot().state).toBe('connected')
  return client
}

/** Lets everything on its way arrive. */
async function settle(): Promise<void> {
  await vi.advanceTimersByTimeAsync(50)
}

function heardBy(client: HeadwayClient): WebSocketMessage[] {
  const heard: WebSocketMessage[] = []
  client.onAny((message) => heard.push(message))
  return heard
}

function eventsOf<TType extends keyof ConnectionEvents>(
  client: HeadwayClient,
  type: TType,
): ConnectionEvents[TType][] {
  const events: ConnectionEvents[TType][] = []
  client.onConnection(type, (event) => events.push(event))
  return events
}

function publishCustomer(delivery?: 'sent' | 'lost' | 'twice'): number {
  return (
    server.publish(server.channel, { type: 'CUSTOMER_UPDATED', payload: { customerId: 'c' } }, delivery)
      .seq ?? 0
  )
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new FakeServer()
})

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy()
  vi.useRealTimers()
})

describe('connection', () => {
  it('is connected and live with the server’s ready, not before (C1)', async () => {
    const client = clientOf()
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'disconnected', freshness: 'stale' })
    client.connect()
    expect(client.connection.getSnapshot().state).toBe('connecting')
    await vi.advanceTimersByTimeAsync(1)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'connecting', freshness: 'catching-up' })
    await settle()
    expect(client.connection.getSnapshot()).toMatchObject({
      state: 'connected',
      freshness: 'live',
      userId: 'ada',
    })
  })

  it('comes back after a disconnect by the server, which stops a stock client (C2)', async () => {
    const client = await connected()
    server.close({ code: 'token_expired' })
    await settle()
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'reconnecting', attempts: 1 })
    await vi.advanceTimersByTimeAsync(1_000)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'connected', attempts: 0 })
  })

  it('waits longer after each failure and starts anew after a success (C3)', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0)
    const client = await connected()
    const waits = eventsOf(client, 'reconnecting')
    server.refusals = [null, 'unavailable', null]
    server.drop()
    await vi.advanceTimersByTimeAsync(20_000)
    server.drop()
    await settle()
    expect(waits.map(({ delayMs }) => delayMs)).toEqual([1_000, 2_000, 4_000, 8_000, 1_000])
    vi.restoreAllMocks()
  })

  it('waits as long as the server asked for (C3)', async () => {
    const client = await connected()
    server.close({ code: 'draining', retryAfterMs: 7_000 })
    await settle()
    const { nextRetryAt } = client.connection.getSnapshot()
    expect((nextRetryAt ?? 0) - Date.now()).toBeGreaterThan(6_900)
    await vi.advanceTimersByTimeAsync(8_000)
    expect(client.connection.getSnapshot().state).toBe('connected')
  })

  it('gives up an attempt that is not answered (C2)', async () => {
    const client = clientOf({ connectTimeoutMs: 5_000, getToken: () => new Promise(() => {}) })
    client.connect()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'reconnecting', attempts: 1 })
  })

  it('renews a refused token once, and fails when that one is refused too (C4)', async () => {
    let tokens = 0
    const client = clientOf({ getToken: () => `token ${++tokens}` })
    const failures = eventsOf(client, 'failed')
    server.refusals = ['token_expired']
    client.connect()
    await settle()
    expect(client.connection.getSnapshot().state).toBe('connected')
    expect(server.handshakes.map(({ token }) => token)).toEqual(['token 1', 'token 2'])

    server.refusals = ['unauthorized', 'unauthorized']
    server.drop()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(client.connection.getSnapshot()).toMatchObject({
      state: 'failed',
      error: { code: 'unauthorized' },
    })
    expect(failures).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(server.handshakes).toHaveLength(4)
  })

  it('fails when nobody is signed in, and tries again when getToken throws', async () => {
    const signedOut = clientOf({ getToken: () => null })
    signedOut.connect()
    await settle()
    expect(signedOut.connection.getSnapshot()).toMatchObject({
      state: 'failed',
      error: { code: 'unauthorized' },
    })

    const onError = vi.fn<(error: unknown) => void>()
    const answers = [() => Promise.reject(new Error('offline')), () => Promise.resolve('token')]
    const client = clientOf({ onError, getToken: () => (answers.shift() ?? (() => 'token'))() })
    client.connect()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(client.connection.getSnapshot().state).toBe('connected')
    expect(onError).toHaveBeenCalledTimes(1)
  })

  it('renews the token in place when the server says that it expires (C4)', async () => {
    let tokens = 0
    await connected({ getToken: () => `token ${++tokens}` })
    for (const connection of server.connections) connection.send((handlers) => handlers.onExpiring())
    await settle()
    expect(server.requests).toContainEqual({ name: 'auth:refresh', args: ['token 2'] })
    expect(server.connections.size).toBe(1)
  })

  it('keeps quiet when the token that expires is all that getToken has (C4)', async () => {
    await connected({ getToken: () => 'the only token' })
    for (const connection of server.connections) connection.send((handlers) => handlers.onExpiring())
    await settle()
    expect(server.requests.map(({ name }) => name)).not.toContain('auth:refresh')
  })

  it('connects with the token of a new sign-in after one was refused for good (C4)', async () => {
    let token = 'expired'
    const client = clientOf({ getToken: () => token })
    server.refusals = ['token_expired', 'token_expired']
    client.connect()
    await settle()
    expect(client.connection.getSnapshot().state).toBe('failed')
    token = 'fresh'
    client.connect()
    await settle()
    expect(client.connection.getSnapshot().state).toBe('connected')
    expect(server.handshakes.at(-1)?.token).toBe('fresh')
  })

  it('renews the token for which the server closed (C4)', async () => {
    let tokens = 0
    await connected({ getToken: () => `token ${++tokens}` })
    server.close({ code: 'token_expired' })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(server.handshakes.map(({ token }) => token)).toEqual(['token 1', 'token 2'])
  })

  it('replaces a connection that does not answer after a sleep (C6)', async () => {
    vi.stubGlobal('document', new EventTarget())
    vi.stubGlobal('window', new EventTarget())
    const client = await connected({ requestTimeoutMs: 3_000 })
    server.isAnswering = false
    window.dispatchEvent(new Event('pageshow'))
    expect(client.connection.getSnapshot().freshness).toBe('catching-up')
    await vi.advanceTimersByTimeAsync(3_100)
    expect(server.handshakes).toHaveLength(2)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'connected', freshness: 'live' })
    vi.unstubAllGlobals()
  })

  it('catches up at once when the page wakes, and does not wait any longer when it was waiting (C3, C6)', async () => {
    vi.stubGlobal('document', new EventTarget())
    vi.stubGlobal('window', new EventTarget())
    const client = await connected()
    const heard = heardBy(client)
    publishCustomer('lost')
    window.dispatchEvent(new Event('online'))
    await settle()
    expect(heard).toHaveLength(1)

    server.refusals = [null, null, null, null]
    server.drop()
    await vi.advanceTimersByTimeAsync(16_000)
    expect(client.connection.getSnapshot().state).toBe('reconnecting')
    window.dispatchEvent(new Event('online'))
    await settle()
    expect(client.connection.getSnapshot().state).toBe('connected')
    vi.unstubAllGlobals()
  })

  it('leaves no timer, listener or connection when destroyed (C7)', async () => {
    const listeners = new Set<EventTarget>()
    class Target extends EventTarget {
      override addEventListener(
        _type: string,
        _listener: unknown,
        { signal }: { signal: AbortSignal },
      ): void {
        listeners.add(signal)
        signal.addEventListener('abort', () => listeners.delete(signal))
      }
    }
    vi.stubGlobal('document', new Target())
    vi.stubGlobal('window', new Target())
    const client = await connected()
    expect(listeners.size).toBe(1)
    server.addJob(jobId)
    jobStore(client, jobId).subscribe(() => {})
    client.subscribe(jobId, () => {})()
    await settle()
    server.drop()
    publishCustomer()
    client.destroy()
    expect(vi.getTimerCount()).toBe(0)
    expect(server.connections.size).toBe(0)
    expect(listeners.size).toBe(0)
    vi.unstubAllGlobals()
    expect(() => client.connect()).toThrow('destroyed')
  })
})

describe('delivery', () => {
  it('sends the cursor of each channel with each handshake and misses nothing (C5, D1, D2)', async () => {
    const client = await connected()
    const heard = heardBy(client)
    const first = publishCustomer()
    await settle()
    server.drop()
    const missed = publishCustomer()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(server.handshakes.at(-1)?.cursors).toMatchObject({ [server.channel]: first })
    expect(heard.map(({ seq }) => seq)).toEqual([first, missed])
  })

  it('goes on after a reload where the page was (C5)', async () => {
    const cursors = memoryCursorStore()
    const before = await connected({ cursors })
    publishCustomer()
    await settle()
    before.destroy()
    const missed = publishCustomer()
    const after = clientOf({ cursors })
    const heard = heardBy(after)
    after.connect()
    await settle()
    expect(heard.map(({ seq }) => seq)).toEqual([missed])
  })

  it('heals a gap that the bus made, and is not live until then (D2, C1)', async () => {
    const client = await connected()
    const heard = heardBy(client)
    const lost = publishCustomer('lost')
    const seen = publishCustomer()
    await vi.advanceTimersByTimeAsync(1)
    expect(client.connection.getSnapshot().freshness).toBe('catching-up')
    await settle()
    expect(heard.map(({ seq }) => seq)).toEqual([lost, seen])
    expect(client.connection.getSnapshot().freshness).toBe('live')
  })

  it('asks once for a gap, however much comes behind it (D2)', async () => {
    await connected()
    publishCustomer('lost')
    for (let n = 0; n < 20; n++) publishCustomer()
    await settle()
    expect(server.requests.filter(({ name }) => name === 'resume')).toHaveLength(1)
  })

  it('tells of a gap that can’t be filled and goes on after it (D2)', async () => {
    const client = await connected()
    const heard = heardBy(client)
    const resyncs = eventsOf(client, 'resync')
    publishCustomer('lost')
    publishCustomer('lost')
    server.log(server.channel).trim(1)
    const newest = publishCustomer()
    await settle()
    expect(resyncs).toEqual([{ channel: server.channel, seq: newest, reason: 'trimmed' }])
    const next = publishCustomer()
    await settle()
    expect(heard.map(({ seq }) => seq)).toEqual([next])
  })

  it('notices that the log was wiped while it was away (D2, D3)', async () => {
    const client = await connected()
    const resyncs = eventsOf(client, 'resync')
    server.drop()
    server.log(server.channel).wipe()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(resyncs).toHaveLength(1)
    const heard = heardBy(client)
    publishCustomer()
    await settle()
    expect(heard).toHaveLength(1)
  })

  it('tells of a resync once, however often the server says it (D2)', async () => {
    const client = await connected()
    const resyncs = eventsOf(client, 'resync')
    const resync = { channel: server.channel, seq: 9_000_000, reason: 'lost' } as const
    for (const connection of server.connections) {
      connection.send((handlers) => handlers.onResync(resync))
      connection.send((handlers) => handlers.onResync(resync))
    }
    await settle()
    expect(resyncs).toHaveLength(1)
  })

  it('delivers what comes between joining and the first ready (D2)', async () => {
    let handlers: TransportHandlers | undefined
    const client = clientOf({
      openTransport: (_target, opened) => {
        handlers = opened
        return { request: () => new Promise(() => {}), close: () => {} }
      },
    })
    const heard = heardBy(client)
    client.connect()
    await settle()
    handlers?.onOpen()
    const message = {
      type: 'CUSTOMER_UPDATED',
      payload: { customerId: 'c' },
      timestamp: '',
      channel: server.channel,
    }
    handlers?.onMessage({ ...message, seq: 20, prev: 10 } as WebSocketMessage)
    const channels = { [server.channel]: 20, all: 5 }
    const identity = { userId: 'ada', connectionId: 'c', instanceId: 'i', serverTime: '' }
    handlers?.onReady({ ...identity, channels, refused: [], replayed: 0 })
    expect(heard).toHaveLength(1)
    expect(client.connection.getSnapshot().freshness).toBe('live')
  })

  it('delivers a lifecycle message once although both channels carry it (D4)', async () => {
    const client = await connected()
    server.addJob(jobId)
    const onJob: string[] = []
    client.subscribe(jobId, ({ type }) => onJob.push(type))
    await settle()
    const heard = heardBy(client)
    server.change(jobId, 'queued', 'JOB_QUEUED')
    server.change(jobId, 'running', 'JOB_STARTED')
    await settle()
    expect(heard.map(({ type }) => type)).toEqual(['JOB_QUEUED', 'JOB_STARTED'])
    expect(onJob).toEqual(['JOB_QUEUED', 'JOB_STARTED'])
  })

  it('shows a listener the job as the message left it (D6)', async () => {
    const client = await connected()
    server.addJob(jobId)
    const states: unknown[] = []
    watchJobs(client)
    client.on('JOB_COMPLETED', () => states.push(jobStore(client, jobId).getSnapshot().state))
    server.change(jobId, 'completed', 'JOB_COMPLETED')
    await settle()
    expect(states).toEqual(['completed'])
  })
})

describe('calls', () => {
  it('throws what the server answers with, and unavailable without a connection', async () => {
    const client = clientOf()
    await expect(client.cancelJob(jobId)).rejects.toMatchObject({ name: 'RequestError', code: 'unavailable' })
    client.connect()
    await settle()
    const cancelled = client.cancelJob(jobId)
    await settle()
    expect(await cancelled).toEqual({ state: 'running' })
  })

  it('answers the question of a job, and throws why an answer was not taken', async () => {
    const client = await connected()
    const answer = async (): Promise<unknown> => {
      const outcome = client.answerJob(jobId, 'colour', 'red').then(
        () => 'taken',
        (error: unknown) => error,
      )
      await settle()
      return await outcome
    }
    expect(await answer()).toMatchObject({ name: 'RequestError', code: 'not_found' })
    server.addJob(jobId)
    server.ask(jobId, { name: 'colour', prompt: 'Which?', schema: { type: 'string' } })
    server.answerProblem = 'The answer does not fit the question: must be green.'
    expect(await answer()).toMatchObject({ code: 'bad_request', message: server.answerProblem })
    server.answerProblem = undefined
    expect(await answer()).toBe('taken')
    expect(server.requests.at(-1)).toEqual({ name: 'answer:job', args: [jobId, 'colour', 'red'] })
    expect(await answer()).toMatchObject({ code: 'conflict' })
  })
})

describe('numbers', () => {
  it('count what came, what was new, and what was missed (T1)', async () => {
    const client = await connected()
    expect(client.getConnectionState()).toBe('connected')
    expect(client.getStats()).toEqual({
      state: 'connected',
      attempts: 0,
      latencyMs: null,
      received: 0,
      messages: 0,
      replayed: 0,
      duplicatesDropped: 0,
      gapsHealed: 0,
      receivedBytes: 0,
      queueLength: 0,
    })
    publishCustomer('twice')
    await settle()
    expect(client.getStats()).toMatchObject({ received: 2, messages: 1, duplicatesDropped: 1 })
    expect(client.getStats().receivedBytes).toBeGreaterThan(200)

    publishCustomer('lost')
    publishCustomer()
    await settle()
    expect(client.getStats()).toMatchObject({ messages: 3, gapsHealed: 1, replayed: 2 })

    server.drop()
    expect(client.getConnectionState()).toBe('reconnecting')
    expect(client.getStats()).toMatchObject({ state: 'reconnecting', attempts: 1 })
    void client.send('cancel:job', jobId)
    expect(client.getStats().queueLength).toBe(1)
    publishCustomer()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(client.getStats()).toMatchObject({ messages: 4, replayed: 3, queueLength: 0 })
  })

  it('count a lifecycle message once, although two channels bring it (T1)', async () => {
    const client = await connected()
    server.addJob(jobId)
    client.subscribe(jobId, () => {})
    await settle()
    server.change(jobId, 'queued', 'JOB_QUEUED')
    await settle()
    expect(client.getStats()).toMatchObject({ received: 2, messages: 1, duplicatesDropped: 1 })
  })
})

describe('send', () => {
  it('waits for a connection, and makes the calls in order (Q1)', async () => {
    server.addJob(jobId)
    const client = clientOf()
    const answers = Promise.all([
      client.send('cancel:job', jobId),
      client.send('answer:job', jobId, 'colour', 'red'),
    ])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(server.requests).toEqual([])
    client.connect()
    await settle()
    expect(await answers).toMatchObject([
      { ok: true, state: 'running' },
      { ok: false, error: { code: 'conflict' } },
    ])
    expect(server.requests.map(({ name }) => name)).toEqual(['cancel:job', 'answer:job'])
  })

  it('makes a call again whose answer the connection took with it (Q2)', async () => {
    const client = await connected()
    server.isAnswering = false
    const answer = client.send('cancel:job', jobId)
    await vi.advanceTimersByTimeAsync(10)
    server.drop()
    server.isAnswering = true
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await answer).toMatchObject({ ok: true })
    expect(server.requests.filter(({ name }) => name === 'cancel:job')).toHaveLength(2)
  })

  it('tells which call was given up (Q3)', async () => {
    const client = clientOf({ sendExpiryMs: 5_000 })
    const dropped = eventsOf(client, 'send-dropped')
    const answer = client.send('cancel:job', jobId)
    await vi.advanceTimersByTimeAsync(7_000)
    expect(await answer).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    expect(dropped).toEqual([{ name: 'cancel:job', args: [jobId], reason: 'expired' }])
  })

  it('makes no call of one user as another (Q4)', async () => {
    const client = await connected()
    client.disconnect()
    const dropped = eventsOf(client, 'send-dropped')
    const answer = client.send('cancel:job', jobId)
    const others = new FakeServer('grace')
    server.openTransport = others.openTransport
    client.connect()
    await settle()
    expect(await answer).toMatchObject({ ok: false })
    expect(others.requests.map(({ name }) => name)).not.toContain('cancel:job')
    expect(dropped).toMatchObject([{ reason: 'user-changed' }])
  })

  it('answers what still waits when the client is destroyed (C7)', async () => {
    const client = clientOf()
    const answer = client.send('cancel:job', jobId)
    client.destroy()
    expect(await answer).toMatchObject({ ok: false, error: { code: 'unavailable' } })
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('another user (J6)', () => {
  it('shows nothing of the last one', async () => {
    const client = await connected()
    server.addJob(jobId)
    const store = jobStore(client, jobId)
    store.subscribe(() => {})
    await settle()
    expect(store.getSnapshot().job).toBeDefined()
    client.disconnect()

    const others = new FakeServer('grace')
    server.openTransport = others.openTransport
    client.connect()
    await settle()
    expect(client.connection.getSnapshot().userId).toBe('grace')
    expect(store.getSnapshot()).toMatchObject({
      job: undefined,
      state: undefined,
      loadError: { code: 'not_found' },
    })
    others.drop()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(Object.keys(others.handshakes.at(-1)?.cursors ?? {}).toSorted()).toEqual(['all', 'user:grace'])
  })
})
