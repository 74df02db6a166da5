import { describe, expect, it, vi } from 'vitest'
import {
  changeUser,
  clientOf,
  connected,
  eventsOf,
  heardBy,
  jobId,
  publishCustomer,
  server,
  settle,
} from '../test/client-fixture.ts'
import { jobStore } from './job-stores.ts'

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

  it('waits as long as a refusal says, and obeys no longer than five minutes (C3)', async () => {
    const client = await connected()
    const waits = eventsOf(client, 'reconnecting')
    server.refusals = ['rate_limited', 'rate_limited']
    server.retryAfterMs = 40_000
    server.drop()
    await settle(2_000)
    server.retryAfterMs = 2 ** 40
    await settle(50_000)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'reconnecting', attempts: 3 })
    expect(waits[1]?.delayMs).toBeGreaterThanOrEqual(40_000)
    expect(waits[2]?.delayMs).toBeLessThanOrEqual(330_000)
    await settle(340_000)
    expect(client.connection.getSnapshot().state).toBe('connected')
  })

  it('gives up an attempt that is not answered (C2)', async () => {
    const client = clientOf({ connectTimeoutMs: 5_000, getToken: () => new Promise(() => {}) })
    client.connect()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'reconnecting', attempts: 1 })
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

  it('ends for good where whoever hears of an end disconnects or destroys (C7)', async () => {
    const client = await connected()
    const waits = eventsOf(client, 'reconnecting')
    const stop = client.onConnection('disconnected', () => client.disconnect())
    server.drop()
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'disconnected', nextRetryAt: null })
    expect(waits).toEqual([])
    stop()

    client.connect()
    await settle()
    client.onConnection('disconnected', () => client.destroy())
    server.drop()
    expect(vi.getTimerCount()).toBe(0)
  })

  it('ends for good where whoever hears of another user destroys (C7)', async () => {
    const client = await connected()
    const beginnings = eventsOf(client, 'connected')
    client.onConnection('user-changed', () => client.destroy())
    client.disconnect()
    const { connections } = changeUser('eve')
    client.connect()
    await settle()
    expect(client.getConnectionState()).toBe('disconnected')
    expect(beginnings).toEqual([])
    expect(connections.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('asks for nothing more where whoever hears a message before a gap destroys (C7)', async () => {
    const client = await connected()
    client.on('CUSTOMER_UPDATED', () => client.destroy())
    publishCustomer('lost')
    publishCustomer()
    publishCustomer('lost')
    publishCustomer()
    await settle(10_000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('says that it is over to whoever still shows it (S1)', async () => {
    const client = await connected()
    server.addJob(jobId)
    const job = jobStore(client, jobId)
    const shown: unknown[] = []
    job.subscribe(() => shown.push(job.getSnapshot().freshness))
    await settle()
    expect(shown.at(-1)).toBe('live')
    client.destroy()
    expect(shown.at(-1)).toBe('stale')
    expect(vi.getTimerCount()).toBe(0)
  })
})
