import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeServer } from '../../test/fake-server.ts'
import { until } from '../../test/shared-fixture.ts'
import { holdLock } from './held-lock.ts'
import { SharedConnection } from './shared-connection.ts'
import type { TabMessage, WorkerMessage } from './shared-messages.ts'
import { TabSeat } from './tab-seat.ts'
import { listen, post } from './typed-port.ts'

const PATIENCE = { timeout: 20_000 }
const target = { url: undefined, path: '/ws' }

let server: FakeServer
let connection: SharedConnection
const undoings: (() => void)[] = []

beforeEach(() => {
  server = new FakeServer('42')
  connection = new SharedConnection(server.openTransport)
})

afterEach(() => {
  vi.useRealTimers()
  for (const undo of undoings.splice(0)) undo()
})

/** A tab that says and takes only what its test does. */
async function sit(token = 'good'): Promise<{ heard: WorkerMessage[]; say: (message: TabMessage) => void }> {
  const { port1, port2 } = new MessageChannel()
  const heard: WorkerMessage[] = []
  listen(port1, ({ data }: MessageEvent<WorkerMessage>) => heard.push(data), new AbortController().signal)
  const lock = `test:${crypto.randomUUID()}`
  await new Promise<void>((resolve) => {
    undoings.push(holdLock(lock, resolve))
  })
  connection.join(new TabSeat(port2, { token, lock }), target)
  undoings.push(() => {
    port1.close()
    port2.close()
  })
  return { heard, say: (message) => post(port1, message) }
}

function kinds(heard: readonly WorkerMessage[]): string[] {
  return heard.map(({ kind }) => kind)
}

async function hears(heard: readonly WorkerMessage[], kind: string): Promise<void> {
  await expect.poll(() => kinds(heard), PATIENCE).toContain(kind)
}

describe('the connection that tabs share', { timeout: 60_000 }, () => {
  it('answers no request of a tab before the server took its token (U4)', async () => {
    const first = await sit()
    await hears(first.heard, 'ready')
    server.isAnswering = false
    const forged = await sit('forged')
    forged.say({ kind: 'request', id: 1, name: 'cancel:job', args: ['j'], timeoutMs: 50 })
    await hears(forged.heard, 'answer')
    expect(forged.heard).toMatchObject([{ ack: { ok: false, error: { code: 'unavailable' } } }])
    expect(server.requests.map(({ name }) => name)).toEqual(['auth:refresh'])
  })

  it('tells a tab whose token the server had no room to look at how long to wait (C3, U4)', async () => {
    const first = await sit()
    await hears(first.heard, 'ready')
    server.refreshProblem = 'rate_limited'
    server.retryAfterMs = 7_000
    const second = await sit('another')
    await hears(second.heard, 'refused')
    expect(second.heard).toMatchObject([{ refusal: { code: 'rate_limited', retryAfterMs: 7_000 } }])
    expect(kinds(first.heard)).toEqual(['ready'])
  })

  it('asks the next tab for a token when the one that was asked says nothing (U5)', async () => {
    const made = [await sit(), await sit()]
    for (const { heard } of made) await hears(heard, 'ready')
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    for (const socket of server.connections) socket.send((handlers) => handlers.onExpiring())
    vi.advanceTimersByTime(1)
    vi.advanceTimersByTime(9_999)
    await until(() => kinds(made[0]!.heard).includes('expiring'))
    expect(kinds(made[1]!.heard)).not.toContain('expiring')
    vi.advanceTimersByTime(1)
    await until(() => kinds(made[1]!.heard).includes('expiring'))
    expect(vi.getTimerCount()).toBe(1)
    vi.advanceTimersByTime(10_000)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('sends away a tab that takes nothing, and ends with it (U8)', async () => {
    const { heard } = await sit()
    await hears(heard, 'ready')
    for (let count = 0; count < 4_096; count += 1) {
      server.publish(server.channel, { type: 'CUSTOMER_UPDATED', payload: { customerId: 'c' } })
    }
    await hears(heard, 'close')
    expect(heard.at(-1)).toEqual({ kind: 'close', reason: 'tab_too_slow' })
    expect(server.connections.size).toBe(0)
  })
})
