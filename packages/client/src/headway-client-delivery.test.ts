import { jobChannel, type Ready, type WebSocketMessage } from '@headway/events'
import { describe, expect, it, vi } from 'vitest'
import {
  clientOf,
  connected,
  eventsOf,
  heardBy,
  jobId,
  publishCustomer,
  server,
  settle,
} from '../test/client-fixture.ts'
import type { ClientOptions } from './client-options.ts'
import { memoryCursorStore } from './cursor-store.ts'
import { jobStore, watchJobs } from './job-stores.ts'
import type { TransportHandlers } from './transport.ts'

/** A client on a connection that the test drives by hand: its handshake is accepted, and nothing has been said. */
async function opened(options: Partial<ClientOptions> = {}) {
  const handlers = Promise.withResolvers<TransportHandlers>()
  const requests: { args: readonly unknown[]; answer: (ack: object) => void }[] = []
  const client = clientOf({
    ...options,
    openTransport: (_target, given) => {
      handlers.resolve(given)
      return {
        request: (_name, args) => new Promise((answer) => requests.push({ args, answer: answer as never })),
        close: () => {},
      }
    },
  })
  const heard = heardBy(client)
  client.connect()
  const driven = await handlers.promise
  driven.onOpen()
  return { client, heard, handlers: driven, requests }
}

function message(channel: string, seq: number, prev: number): WebSocketMessage {
  const [type, payload] =
    channel === server.channel
      ? ['CUSTOMER_UPDATED', { customerId: 'c' }]
      : [
          'JOB_STEP',
          { jobId, operationType: 'rehearse', attempt: 1, name: 'load', index: 0, status: 'completed' },
        ]
  return { type, payload, timestamp: '', channel, seq, prev } as WebSocketMessage
}

function ready(channels: Record<string, number>): Ready {
  const identity = { userId: 'ada', connectionId: 'c', instanceId: 'i', serverTime: '' }
  return { ...identity, channels, refused: [], replayed: 0 }
}

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
    const { client, heard, handlers } = await opened()
    handlers.onMessage(message(server.channel, 20, 10))
    handlers.onReady(ready({ [server.channel]: 20, all: 5 }))
    expect(heard).toHaveLength(1)
    expect(client.connection.getSnapshot().freshness).toBe('live')
  })

  it('loses nothing that comes in one breath with an answer, as long polling brings it (D2)', async () => {
    const { heard, handlers, requests } = await opened()
    handlers.onReady(ready({ [server.channel]: 10 }))
    handlers.onMessage(message(server.channel, 30, 20))
    handlers.onMessage(message(server.channel, 20, 10))
    handlers.onMessage(message(server.channel, 30, 20))
    requests.at(-1)?.answer({ ok: true, status: 'replayed', count: 2, seq: 30 })
    // What came between 30 and this one was lost.
    handlers.onMessage(message(server.channel, 50, 40))
    await settle(2_000)
    expect(requests.at(-1)?.args).toEqual([server.channel, 30])
    handlers.onMessage(message(server.channel, 40, 30))
    handlers.onMessage(message(server.channel, 50, 40))
    requests.at(-1)?.answer({ ok: true, status: 'replayed', count: 2, seq: 50 })
    await settle(2_000)
    expect(heard.map(({ seq }) => seq)).toEqual([20, 30, 40, 50])
    expect(requests).toHaveLength(2)
  })

  it('loses nothing of a job that comes in one breath with its snapshot (D2)', async () => {
    const { client, handlers, requests } = await opened()
    handlers.onReady(ready({ [server.channel]: 10 }))
    const heard: unknown[] = []
    const channel = jobChannel(jobId)
    client.subscribe(jobId, ({ seq }) => heard.push(seq))
    const { view: job } = server.addJob(jobId)
    requests.at(-1)?.answer({ ok: true, channel, seq: 30, job, text: '', textOffset: 0, textEnd: 0 })
    handlers.onMessage(message(channel, 40, 30))
    await settle()
    expect(requests.at(-1)?.args).toEqual([channel, 30])
    handlers.onMessage(message(channel, 40, 30))
    requests.at(-1)?.answer({ ok: true, status: 'replayed', count: 1, seq: 40 })
    await settle()
    expect(heard).toEqual([40])
    expect(client.connection.getSnapshot().freshness).toBe('live')
  })

  it('begins with a job’s snapshot, whatever head is told before (D2)', async () => {
    vi.stubGlobal('document', new EventTarget())
    vi.stubGlobal('window', new EventTarget())
    const { client, handlers, requests } = await opened()
    handlers.onReady(ready({ [server.channel]: 10 }))
    const channel = jobChannel(jobId)
    client.subscribe(jobId, () => {})
    window.dispatchEvent(new Event('online'))
    const [snapshot, sync] = requests
    sync?.answer({ ok: true, serverTime: '', channels: { [channel]: { seq: 50 } } })
    await settle()
    const { view: job } = server.addJob(jobId)
    snapshot?.answer({ ok: true, channel, seq: 30, job, text: '', textOffset: 0, textEnd: 0 })
    handlers.onMessage(message(channel, 50, 40))
    await settle()
    expect(requests.at(-1)?.args).toEqual([channel, 30])
    vi.unstubAllGlobals()
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

  it('asks for nothing more where whoever hears of a gap destroys (C7)', async () => {
    const cursors = memoryCursorStore()
    cursors.save({ [server.channel]: 1, all: 1 })
    const { client, handlers, requests } = await opened({ cursors })
    client.onConnection('changed', () => client.destroy())
    handlers.onReady(ready({ [server.channel]: 2, all: 2 }))
    for (const { answer } of requests) answer({ ok: false, error: { code: 'unavailable', message: '' } })
    await settle()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes a new connection where the server does not send what it should, and only then (D2)', async () => {
    const { client, handlers, requests } = await opened()
    handlers.onReady(ready({ [server.channel]: 1 }))
    const ends = eventsOf(client, 'disconnected')
    handlers.onMessage(message(server.channel, 3, 2))
    const [resume] = requests
    expect(resume?.args).toEqual([server.channel, 1])
    resume?.answer({ ok: false, error: { code: 'not_subscribed', message: '' } })
    await settle()
    expect(ends).toHaveLength(1)
  })

  it('joins a job anew where the server says that this connection does not follow it (D2)', async () => {
    const { client, handlers, requests } = await opened()
    handlers.onReady(ready({ [server.channel]: 1 }))
    client.subscribe(jobId, () => {})
    requests[0]?.answer({ ok: true, seq: 1 })
    await settle()
    handlers.onMessage(message(jobChannel(jobId), 3, 2))
    requests[1]?.answer({ ok: false, error: { code: 'not_subscribed', message: '' } })
    await settle()
    expect(requests[2]?.args[0]).toBe(jobId)
  })

  it('passes over what is no message', async () => {
    const { heard, handlers } = await opened()
    handlers.onReady(ready({ [server.channel]: 1 }))
    for (const value of [undefined, 'text', {}, { type: 'X', channel: server.channel }])
      handlers.onMessage(value as never)
    handlers.onMessage(message(server.channel, 2, 1))
    expect(heard.map(({ seq }) => seq)).toEqual([2])
  })
})
