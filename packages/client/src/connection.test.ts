// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { pick, seededRandom } from '../test/seeded-random.ts'
import type { ConnectionState } from './connection-state.ts'
import { Connection, type ConnectionHandlers } from './connection.ts'
import { ClientEvents } from './client-events.ts'
import { TokenSource } from './token-source.ts'
import type { TransportHandlers } from './transport.ts'

const ignore = (): void => {}

beforeEach(() => vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const ready = {
  userId: 'ada',
  connectionId: 'c',
  instanceId: 'i',
  channels: {},
  refused: [],
  replayed: 0,
  serverTime: '',
}

/** A connection, the handlers of its attempts, and which of them are open. */
function createConnection(): {
  connection: Connection
  attempts: TransportHandlers[]
  open: Set<TransportHandlers>
  handlers: ConnectionHandlers
} {
  const attempts: TransportHandlers[] = []
  const open = new Set<TransportHandlers>()
  const onReady = vi.fn<ConnectionHandlers['onReady']>()
  const onDisconnected = vi.fn<ConnectionHandlers['onDisconnected']>()
  const handlers: ConnectionHandlers = {
    cursors: () => ({}),
    onData: ignore,
    onMessage: ignore,
    onResync: ignore,
    onReady,
    onConnected: ignore,
    onDisconnected,
  }
  const connection = new Connection(
    {
      options: {
        url: 'https://jobs.example.com',
        openTransport: (_target, attempt) => {
          attempts.push(attempt)
          open.add(attempt)
          return {
            request: () => Promise.reject(new Error('nothing is asked here')),
            close: () => open.delete(attempt),
          }
        },
      },
      tokens: new TokenSource({ token: 'token' }),
      events: new ClientEvents(ignore),
      onChange: ignore,
      onError: ignore,
    },
    handlers,
  )
  return { connection, attempts, open, handlers }
}

it('ignores what an abandoned attempt still says', async () => {
  const { connection, attempts, handlers } = createConnection()
  connection.connect()
  await vi.advanceTimersByTimeAsync(0)
  connection.disconnect()
  connection.connect()
  await vi.advanceTimersByTimeAsync(0)
  const [abandoned, current] = attempts as [TransportHandlers, TransportHandlers]
  abandoned.onOpen()
  abandoned.onReady(ready)
  abandoned.onClose('transport close')
  abandoned.onRefused({ code: 'bad_request', message: 'no' })
  expect(connection.status.state).toBe('connecting')
  expect(handlers.onReady).not.toHaveBeenCalled()
  current.onOpen()
  current.onReady(ready)
  expect(connection.status.state).toBe('connected')
  connection.disconnect()
  expect(handlers.onDisconnected).toHaveBeenCalledWith('disconnect')
  expect(vi.getTimerCount()).toBe(0)
})

it('dials for nobody who disconnected while the token was fetched', async () => {
  const { connection, attempts } = createConnection()
  connection.connect()
  connection.disconnect()
  await vi.advanceTimersByTimeAsync(0)
  expect(attempts).toHaveLength(0)
})

it('does not try while there is no network, and at once when there is (C3)', async () => {
  const { connection, attempts } = createConnection()
  connection.connect()
  await vi.advanceTimersByTimeAsync(0)
  const onLine = vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  attempts[0]?.onRefused({ message: 'network' })
  // A tab that is shown again has no network for that.
  connection.wake()
  await vi.advanceTimersByTimeAsync(120_000)
  expect(attempts).toHaveLength(1)
  expect(connection.status.nextRetryAt).toBeNull()
  onLine.mockReturnValue(true)
  connection.wake()
  await vi.advanceTimersByTimeAsync(0)
  expect(attempts).toHaveLength(2)
})

it('does not come before the time that the server has named, however often the page wakes (C3)', async () => {
  const { connection, attempts } = createConnection()
  connection.connect()
  await vi.advanceTimersByTimeAsync(0)
  attempts[0]?.onRefused({ message: 'too many', code: 'rate_limited', retryAfterMs: 20_000 })
  connection.wake()
  connection.wake()
  await vi.advanceTimersByTimeAsync(19_999)
  expect(attempts).toHaveLength(1)
  await vi.advanceTimersByTimeAsync(2_001)
  expect(attempts).toHaveLength(2)

  attempts[1]?.onOpen()
  attempts[1]?.onReady(ready)
  attempts[1]?.onClosing({ code: 'draining', retryAfterMs: 5_000 })
  attempts[1]?.onClose('transport close')
  connection.wake()
  await vi.advanceTimersByTimeAsync(4_999)
  expect(attempts).toHaveLength(2)
  // Somebody who asks for it himself is not kept waiting.
  connection.connect()
  await vi.advanceTimersByTimeAsync(0)
  expect(attempts).toHaveLength(3)
})

it('comes at once when the page wakes between two attempts that only fail (C3)', async () => {
  const { connection, attempts } = createConnection()
  connection.connect()
  await vi.advanceTimersByTimeAsync(0)
  attempts[0]?.onRefused({ message: 'too many', code: 'rate_limited', retryAfterMs: 1_000 })
  await vi.advanceTimersByTimeAsync(1_100)
  attempts[1]?.onRefused({ message: 'network' })
  connection.wake()
  await vi.advanceTimersByTimeAsync(0)
  expect(attempts).toHaveLength(3)
})

it('dials at once when the connection turns out to be lost as the page wakes (C3)', async () => {
  const { connection, attempts } = createConnection()
  const live = async (attempt: number): Promise<TransportHandlers | undefined> => {
    await vi.advanceTimersByTimeAsync(0)
    attempts[attempt]?.onOpen()
    attempts[attempt]?.onReady(ready)
    return attempts[attempt]
  }
  connection.connect()
  const first = await live(0)
  connection.wake()
  first?.onClose('transport close')
  const second = await live(1)
  expect(attempts).toHaveLength(2)

  connection.wake()
  second?.onData('the answer')
  second?.onClose('transport close')
  await vi.advanceTimersByTimeAsync(500)
  expect(attempts).toHaveLength(2)
})

it('does not try when the network has gone away meanwhile (C3)', async () => {
  const { connection, attempts } = createConnection()
  connection.connect()
  await vi.advanceTimersByTimeAsync(0)
  attempts[0]?.onRefused({ message: 'network' })
  expect(connection.status.nextRetryAt).not.toBeNull()
  vi.spyOn(navigator, 'onLine', 'get').mockReturnValue(false)
  await vi.advanceTimersByTimeAsync(120_000)
  expect(attempts).toHaveLength(1)
  expect(connection.status.nextRetryAt).toBeNull()
})

it('tries again at once when the network comes back in the middle of an attempt that then fails (C3)', async () => {
  const { connection, attempts } = createConnection()
  connection.connect()
  await vi.advanceTimersByTimeAsync(0)
  connection.wake()
  attempts[0]?.onRefused({ message: 'network' })
  await vi.advanceTimersByTimeAsync(0)
  expect(attempts).toHaveLength(2)
})

it('has what its state says, whatever happens in whatever order (C1, C2, C7)', async () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = seededRandom(seed)
    const { connection, attempts, open } = createConnection()
    const acts = {
      connect: () => connection.connect(),
      disconnect: () => connection.disconnect(),
      wake: () => connection.wake(),
      replace: () => connection.replace('no answer'),
      open: () => attempts.at(-1)?.onOpen(),
      ready: () => attempts.at(-1)?.onReady(ready),
      closing: () => attempts.at(-1)?.onClosing({ code: 'draining', retryAfterMs: 5_000 }),
      close: () => attempts.at(-1)?.onClose('transport close'),
      refuse: () => attempts.at(-1)?.onRefused({ message: 'no', code: 'unavailable' }),
      refuseToken: () => attempts.at(-1)?.onRefused({ message: 'no', code: 'token_expired' }),
      refuseForGood: () => attempts.at(-1)?.onRefused({ message: 'no', code: 'bad_request' }),
      abandoned: () => attempts.at(-2)?.onClose('transport close'),
      wait: () => vi.advanceTimersByTimeAsync(1_500),
    }
    for (let step = 1; step <= 100; step++) {
      const act = pick(random, Object.keys(acts) as (keyof typeof acts)[])
      await acts[act]()
      await vi.advanceTimersByTimeAsync(0)
      const { state, nextRetryAt } = connection.status
      const has = { open: open.size, timers: vi.getTimerCount(), isWaiting: nextRetryAt !== null }
      expect(EXPECTED[state], `seed ${seed}, step ${step}: ${act} → ${state}`).toContainEqual(has)
    }
    connection.disconnect()
  }
})

/** What a connection has in each state: an attempt with its time limit, the connection, a wait, or nothing. */
const EXPECTED: Record<ConnectionState, { open: number; timers: number; isWaiting: boolean }[]> = {
  disconnected: [{ open: 0, timers: 0, isWaiting: false }],
  connecting: [{ open: 1, timers: 1, isWaiting: false }],
  connected: [{ open: 1, timers: 0, isWaiting: false }],
  reconnecting: [
    { open: 1, timers: 1, isWaiting: false },
    { open: 0, timers: 1, isWaiting: true },
  ],
  failed: [{ open: 0, timers: 0, isWaiting: false }],
}

it('refuses requests while there is no connection', async () => {
  const { connection } = createConnection()
  expect(await connection.request('sync')).toMatchObject({ ok: false, error: { code: 'unavailable' } })
})
