import { describe, expect, it, vi } from 'vitest'
import { FakeServer } from '../test/fake-server.ts'
import { clientOf, connected, jobId, publishCustomer, server, settle } from '../test/client-fixture.ts'
import { jobStore } from './job-stores.ts'

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
