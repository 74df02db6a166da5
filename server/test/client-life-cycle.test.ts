import { memoryCursorStore, type ConnectionEvents, type HeadwayClient } from '@headway/client'
import { getSocketClient, initSocketClient, resetInstance } from '@headway/client/singleton'
import { jobChannel, userChannel } from '@headway/events'
import { FaultProxy, signToken, uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished, vi } from 'vitest'
import { openCore, openJob, untilLive } from './core-fixture.ts'
import { openRealtime, type RealtimeFixture } from './realtime-fixture.ts'

const CONNECTION_EVENTS = ['connected', 'disconnected', 'reconnecting', 'failed', 'caught-up'] as const

/** What a client tells of its connection from now on, by name. */
function toldBy(client: HeadwayClient): string[] {
  const told: string[] = []
  for (const name of CONNECTION_EVENTS) client.onConnection(name, () => told.push(name))
  return told
}

function connectionsOf({ io }: RealtimeFixture): number {
  return io.of('/').sockets.size
}

function cut({ io }: RealtimeFixture): void {
  for (const socket of io.of('/').sockets.values()) socket.conn.close()
}

async function openProxy({ url }: RealtimeFixture): Promise<{ proxy: FaultProxy; url: string }> {
  const proxy = await FaultProxy.start({ targets: [Number(new URL(url).port)] })
  onTestFinished(() => proxy.stop())
  return { proxy, url: `http://127.0.0.1:${proxy.port}` }
}

it('is one client with one connection, however often it is asked for, until it is reset (O1)', async () => {
  const server = await openRealtime()
  const userId = uniqueUserId()
  onTestFinished(resetInstance)
  const init = () =>
    initSocketClient({
      url: server.url,
      getToken: () => signToken({ userId }),
      cursors: memoryCursorStore(),
    })
  const client = init()
  expect([init(), getSocketClient()]).toEqual([client, client])
  await untilLive(client)
  expect(connectionsOf(server)).toBe(1)

  resetInstance()
  await expect.poll(() => connectionsOf(server)).toBe(0)
  expect(getSocketClient).toThrow('initSocketClient')
  const next = init()
  expect(next).not.toBe(client)
  await untilLive(next)
  expect(connectionsOf(server)).toBe(1)
})

it('tells each state that it goes through, and comes back after a loss and not after `disconnect` (C1, C2)', async () => {
  const server = await openRealtime()
  const client = openCore(server.url, uniqueUserId())
  const states: string[] = [client.getConnectionState()]
  client.onConnection('changed', () => {
    if (client.getConnectionState() !== states.at(-1)) states.push(client.getConnectionState())
  })
  const told = toldBy(client)
  await untilLive(client)
  // A second call changes nothing.
  client.connect()
  cut(server)
  await expect.poll(() => told).toContain('disconnected')
  await untilLive(client)
  client.disconnect()
  expect(states).toEqual(['connecting', 'connected', 'reconnecting', 'connected', 'disconnected'])
  expect(told).toEqual([
    'connected',
    'caught-up',
    'disconnected',
    'reconnecting',
    'connected',
    'caught-up',
    'disconnected',
  ])
  await expect.poll(() => connectionsOf(server)).toBe(0)
  client.connect()
  await untilLive(client)
  expect(client.getStats()).toMatchObject({ state: 'connected', attempts: 0 })
})

it('waits twice as long after each attempt, up to the longest wait, and anew after a success (C3)', async () => {
  const server = await openRealtime()
  const { proxy, url } = await openProxy(server)
  const client = openCore(url, uniqueUserId(), { backoff: { minMs: 20, maxMs: 100, jitter: 0 } })
  const waits: number[] = []
  client.onConnection('reconnecting', ({ attempt, delayMs }) => {
    waits.push(delayMs)
    expect(client.getStats().attempts).toBe(attempt)
  })
  await untilLive(client)
  proxy.set({ mode: 'refuse' })
  proxy.reset()
  await expect.poll(() => waits.length).toBeGreaterThanOrEqual(5)
  expect(waits.slice(0, 5)).toEqual([20, 40, 80, 100, 100])
  expect(client.connection.getSnapshot()).toMatchObject({ state: 'reconnecting', freshness: 'stale' })
  proxy.set({ mode: 'pass' })
  await untilLive(client)
  expect(client.getStats().attempts).toBe(0)

  waits.length = 0
  proxy.reset()
  await expect.poll(() => waits).toHaveLength(1)
  expect(waits).toEqual([20])
})

it('replaces a connection that does not answer once the network is back (C6)', async () => {
  const network = new EventTarget()
  vi.stubGlobal('window', network)
  onTestFinished(() => void vi.unstubAllGlobals())
  const server = await openRealtime()
  const { proxy, url } = await openProxy(server)
  const userId = uniqueUserId()
  const client = openCore(url, userId, { requestTimeoutMs: 300, connectTimeoutMs: 2_000 })
  const heard: string[] = []
  client.on('CUSTOMER_UPDATED', ({ payload }) => heard.push(payload.customerId))
  await untilLive(client)
  proxy.set({ mode: 'blackhole' })
  await server.eventLog.append(userChannel(userId), {
    type: 'CUSTOMER_UPDATED',
    payload: { customerId: '1' },
  })
  await expect.poll(() => proxy.swallowedBytes).toBeGreaterThan(0)
  // The connection looks as good as ever.
  expect(client.connection.getSnapshot().freshness).toBe('live')

  network.dispatchEvent(new Event('online'))
  expect(client.connection.getSnapshot().freshness).toBe('catching-up')
  await expect.poll(() => client.connection.getSnapshot().freshness).toBe('stale')
  proxy.set({ mode: 'pass' })
  await untilLive(client)
  expect(heard).toEqual(['1'])
})

it('counts what it missed, and what it heard twice, once', async () => {
  const server = await openRealtime()
  const userId = uniqueUserId()
  const client = openCore(server.url, userId)
  const caughtUp: number[] = []
  client.onConnection('caught-up', ({ replayed }) => caughtUp.push(replayed))
  await untilLive(client)
  client.disconnect()
  for (const customerId of ['1', '2', '3']) {
    await server.eventLog.append(userChannel(userId), { type: 'CUSTOMER_UPDATED', payload: { customerId } })
  }
  client.connect()
  await untilLive(client)
  await expect.poll(() => caughtUp).toEqual([0, 3])
  expect(client.getStats()).toMatchObject({ messages: 3, replayed: 3, gapsHealed: 0, duplicatesDropped: 0 })
})

it('follows a job once for all who want it, and leaves it a moment after the last (J4)', async () => {
  const { server, userId, jobId, claim } = await openJob()
  const client = openCore(server.url, userId, { lingerMs: 50 })
  await untilLive(client)
  const followers = () => {
    const { sockets, adapter } = server.io.of('/')
    // The room's feed keeps a place in it too.
    return [...(adapter.rooms.get(jobChannel(jobId)) ?? [])].filter((id) => sockets.has(id)).length
  }
  const heard: Record<string, string[]> = { first: [], second: [] }
  const stops = Object.values(heard).map((types) => client.subscribe(jobId, ({ type }) => types.push(type)))
  await expect.poll(followers).toBe(1)

  const attempt = await claim()
  await expect.poll(() => heard['second']).toContain('JOB_RUNNING')
  stops[0]?.()
  // The undoing of one that is undone is nobody else's.
  stops[0]?.()
  await attempt.beginStep('load')
  await expect.poll(() => heard['second']).toContain('JOB_STEP')
  expect(followers()).toBe(1)
  expect(heard['first']).not.toContain('JOB_STEP')

  stops[1]?.()
  await expect.poll(followers).toBe(0)
  const length = heard['second']?.length
  const ended = new Promise((resolve) => client.on('JOB_COMPLETED', resolve))
  await attempt.complete(null)
  await ended
  expect(heard['second']).toHaveLength(length ?? Number.NaN)
})

it('tells what two channels carry to each listener once (D4)', async () => {
  const { server, userId, jobId, claim } = await openJob()
  const client = openCore(server.url, userId)
  const heard: Record<'on' | 'any' | 'each', string[]> = { on: [], any: [], each: [] }
  client.on('JOB_COMPLETED', ({ type }) => heard.on.push(type))
  client.onAny(({ type }) => heard.any.push(type))
  client.onEach(({ type }) => heard.each.push(type))
  client.subscribe(jobId, () => {})
  await untilLive(client)
  await expect.poll(() => client.follow(jobId).follower.isFollowed).toBe(true)
  const attempt = await claim()
  await attempt.complete(null)
  await expect.poll(() => heard.each.filter((type) => type === 'JOB_COMPLETED')).toHaveLength(2)
  expect(heard.on).toEqual(['JOB_COMPLETED'])
  expect(heard.any).toEqual([...new Set(heard.each)])
  expect(client.getStats().duplicatesDropped).toBe(heard.each.length - heard.any.length)
})

it('gives up the oldest of more than 1,000 calls that wait, and those that waited too long, and says so (Q3)', async () => {
  const { server, userId, jobId } = await openJob()
  const client = openCore(server.url, userId, { sendExpiryMs: 100 })
  await untilLive(client)
  client.disconnect()
  const dropped: ConnectionEvents['send-dropped'][] = []
  client.onConnection('send-dropped', (drop) => dropped.push(drop))
  const calls = Array.from({ length: 1_001 }, () => client.send('cancel:job', jobId))
  expect(dropped).toEqual([{ name: 'cancel:job', args: [jobId], reason: 'full' }])
  expect(await calls[0]).toMatchObject({ ok: false, error: { code: 'unavailable' } })
  expect(client.getStats().queueLength).toBe(1_000)

  const answers = await Promise.all(calls)
  expect(answers.every((answer) => !answer.ok && answer.error.code === 'unavailable')).toBe(true)
  expect(new Set(dropped.slice(1).map(({ reason }) => reason))).toEqual(new Set(['expired']))
  client.connect()
  await untilLive(client)
  // What was given up is not done afterwards.
  expect(await client.send('cancel:job', jobId)).toMatchObject({ ok: true, state: 'cancelled' })
})

it('goes on when a listener throws and when no token was to be had, and reports both', async () => {
  const server = await openRealtime()
  const userId = uniqueUserId()
  const errors: string[] = []
  let isSignedIn = false
  const client = openCore(server.url, userId, {
    getToken: () => {
      if (!isSignedIn) throw new Error('The sign-in is away.')
      return signToken({ userId })
    },
    onError: (error) => errors.push((error as Error).message),
  })
  const heard: string[] = []
  client.onAny(() => {
    throw new Error('A listener is wrong.')
  })
  client.onAny(({ type }) => heard.push(type))
  await expect.poll(() => errors).toContain('getToken failed: Error: The sign-in is away.')
  expect(client.getConnectionState()).toBe('reconnecting')
  isSignedIn = true
  await untilLive(client)
  await server.eventLog.append(userChannel(userId), {
    type: 'CUSTOMER_UPDATED',
    payload: { customerId: '1' },
  })
  await expect.poll(() => heard).toEqual(['CUSTOMER_UPDATED'])
  expect(errors.at(-1)).toBe('A listener is wrong.')
})

it('says why there will be no connection, and starts anew when it is told to (C4)', async () => {
  const server = await openRealtime()
  const userId = uniqueUserId()
  const tokens = ['not a token', 'not one either']
  const client = openCore(server.url, userId, {
    getToken: () => tokens.shift() ?? signToken({ userId }),
  })
  const told = toldBy(client)
  await expect.poll(() => told).toEqual(['failed'])
  expect(client.connection.getSnapshot()).toMatchObject({
    state: 'failed',
    freshness: 'stale',
    error: { code: 'unauthorized' },
  })
  client.connect()
  await untilLive(client)
  expect(client.connection.getSnapshot()).toMatchObject({ userId, error: null })
})

it('shows another user nothing of the one before (J6)', async () => {
  const server = await openRealtime()
  const ada = uniqueUserId()
  const bea = uniqueUserId()
  let userId = ada
  const client = openCore(server.url, ada, {
    // Ada's expires soon, so that the server refuses it and another one is asked for.
    getToken: () => signToken({ userId, ...(userId === ada && { expiresInSeconds: 1 }) }),
    onError: () => {},
  })
  const heard: string[] = []
  const changes: string[] = []
  client.on('CUSTOMER_UPDATED', ({ payload }) => heard.push(payload.customerId))
  client.onConnection('user-changed', ({ userId }) => {
    changes.push(userId)
    // Until then they were Ada's.
    heard.length = 0
  })
  await untilLive(client)
  userId = bea
  client.disconnect()
  for (const customerId of [ada, bea]) {
    await server.eventLog.append(userChannel(customerId), {
      type: 'CUSTOMER_UPDATED',
      payload: { customerId },
    })
  }
  client.connect()
  await expect.poll(() => client.connection.getSnapshot().userId, { timeout: 20_000 }).toBe(bea)
  await untilLive(client)
  await server.eventLog.append(userChannel(bea), {
    type: 'CUSTOMER_UPDATED',
    payload: { customerId: 'last' },
  })
  await expect.poll(() => heard.at(-1)).toBe('last')
  expect(changes).toEqual([bea])
  expect(heard).not.toContain(ada)
})

it('leaves nothing behind when it is destroyed, whatever it was doing (C7)', async () => {
  const server = await openRealtime()
  const { proxy, url } = await openProxy(server)
  const connecting = openCore(url, uniqueUserId())
  connecting.destroy()
  const live = openCore(url, uniqueUserId())
  const told = toldBy(live)
  await untilLive(live)
  const answer = live.send('cancel:job', 'not-a-job')
  live.destroy()
  expect(await answer).toMatchObject({ ok: false, error: { code: 'unavailable' } })
  const waiting = openCore(url, uniqueUserId(), { backoff: { minMs: 60_000 } })
  await untilLive(waiting)
  proxy.reset()
  await expect.poll(() => waiting.getConnectionState()).toBe('reconnecting')
  waiting.destroy()

  await expect.poll(() => connectionsOf(server)).toBe(0)
  for (const client of [connecting, live, waiting]) {
    expect(client.getConnectionState()).toBe('disconnected')
    expect(() => client.connect()).toThrow('destroyed')
    expect(() => client.destroy()).not.toThrow()
  }
  expect(told).toEqual(['connected', 'caught-up', 'disconnected'])
})
