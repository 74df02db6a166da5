import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { FakeServer } from '../../test/fake-server.ts'
import { tokenOf, until } from '../../test/shared-fixture.ts'
import type { TransportHandlers } from '../transport.ts'
import { holdLock } from './held-lock.ts'
import { sharedTransport } from './shared-transport.ts'
import { listen, post } from './typed-port.ts'

const PATIENCE = { timeout: 20_000 }
const undoings: (() => void)[] = []

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  for (const undo of undoings.splice(0)) undo()
})

/** One attempt of a tab at a worker; `said` is what reached the worker, `closes` what the tab was told of the end, `far` is the worker's port. */
function attempt(openWorker: (port: MessagePort) => SharedWorker) {
  const server = new FakeServer('42')
  const closes: string[] = []
  const said: string[] = []
  const { port1, port2 } = new MessageChannel()
  listen(
    port2,
    ({ data }: MessageEvent<{ kind: string }>) => said.push(data.kind),
    new AbortController().signal,
  )
  const handlers: TransportHandlers = {
    auth: () => ({ token: tokenOf('42'), cursors: {} }),
    onOpen: () => {},
    onData: () => {},
    onMessage: () => {},
    onReady: () => {},
    onResync: () => {},
    onExpiring: () => {},
    onClosing: () => {},
    onClose: (reason) => closes.push(reason),
    onRefused: () => {},
  }
  const open = sharedTransport({ openWorker: () => openWorker(port1), openOwn: server.openTransport })
  const transport = open({ url: undefined, path: '/ws' }, handlers)
  undoings.push(() => {
    transport.close()
    port1.close()
    port2.close()
  })
  return { server, said, closes, far: port2 }
}

function silentWorker(port: MessagePort): SharedWorker {
  return Object.assign(new EventTarget(), { port, onerror: null })
}

describe('the way by a shared worker', { timeout: 60_000 }, () => {
  it('is left for a connection of its own when the worker says nothing for 5 s (U7)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { server, said } = attempt(silentWorker)
    await until(() => said.length === 1)
    vi.advanceTimersByTime(4_999)
    expect(server.handshakes).toHaveLength(0)
    vi.advanceTimersByTime(2)
    expect(server.handshakes).toHaveLength(1)
    await until(() => said.length === 2)
    expect(said).toEqual(['open', 'close'])
  })

  it('is left when the browser refuses the worker (U7)', async () => {
    const { server } = attempt(() => {
      throw new Error('Refused by the content security policy')
    })
    await expect.poll(() => server.connections.size, PATIENCE).toBe(1)
  })

  it('is left at once when the browser refuses the lock, as in a sandboxed frame (U7)', async () => {
    vi.stubGlobal('navigator', { locks: { request: () => Promise.reject(new Error('Denied.')) } })
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const { server } = attempt(silentWorker)
    await setImmediate()
    vi.advanceTimersByTime(1)
    expect(server.handshakes).toHaveLength(1)
  })

  it('is kept when the worker complains after it has said hello (U7)', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    let worker: SharedWorker | undefined
    const { server, said, closes, far } = attempt((port) => (worker = silentWorker(port)))
    await until(() => said.length === 1)
    const lock = `test:${crypto.randomUUID()}`
    undoings.push(holdLock(lock, () => post(far, { kind: 'hello', lock })))
    await until(() => vi.getTimerCount() === 0)
    worker?.dispatchEvent(new Event('error'))
    vi.advanceTimersByTime(1)
    expect(server.handshakes).toHaveLength(0)
    expect(closes).toEqual([])
  })

  it.each([
    ['is frozen', 'document', 'freeze'],
    ['is hidden for good', 'window', 'pagehide'],
  ])('is left when the tab %s (U8)', async (_, name, event) => {
    const page = new EventTarget()
    vi.stubGlobal(name, page)
    const { said, closes } = attempt(silentWorker)
    await expect.poll(() => said, PATIENCE).toEqual(['open'])
    page.dispatchEvent(new Event(event))
    expect(closes).toEqual(['tab_asleep'])
    await expect.poll(() => said, PATIENCE).toEqual(['open', 'close'])
  })
})
