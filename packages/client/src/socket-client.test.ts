import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeServer } from '../test/fake-server.ts'
import { getSocketClient, initSocketClient, resetInstance, type SocketClientOptions } from './singleton.ts'
import type { TransportFactory } from './transport.ts'

let server: FakeServer
let urls: (string | undefined)[]

const openTransport: TransportFactory = (target, handlers) => {
  urls.push(target.url)
  return server.openTransport(target, handlers)
}

function optionsFor(more: Partial<SocketClientOptions> = {}): SocketClientOptions {
  return { token: 'token', openTransport, onError: () => {}, ...more }
}

beforeEach(() => {
  vi.useFakeTimers()
  server = new FakeServer()
  urls = []
})

afterEach(() => {
  resetInstance()
  vi.unstubAllEnvs()
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

describe('the one client of a page (O1)', () => {
  it('is made and connected by the first call, and the same for all that follow', async () => {
    const client = initSocketClient(optionsFor())
    expect(initSocketClient(optionsFor({ url: 'https://other.example.com' }))).toBe(client)
    expect(getSocketClient()).toBe(client)
    await vi.advanceTimersByTimeAsync(50)
    expect(client.getConnectionState()).toBe('connected')
    expect(server.handshakes).toHaveLength(1)
  })

  it('is not there before', () => {
    expect(() => getSocketClient()).toThrow('initSocketClient()')
  })

  it('leaves nothing behind when it is reset, and the next call makes another', async () => {
    const client = initSocketClient(optionsFor())
    await vi.advanceTimersByTimeAsync(50)
    resetInstance()
    expect(server.connections.size).toBe(0)
    expect(vi.getTimerCount()).toBe(0)
    expect(() => getSocketClient()).toThrow('initSocketClient()')
    expect(initSocketClient(optionsFor())).not.toBe(client)
  })

  it('takes the address of the bundler’s environment, unless it is given one', async () => {
    vi.stubEnv('NEXT_PUBLIC_HEADWAY_URL', 'https://next.example.com')
    initSocketClient(optionsFor())
    await vi.advanceTimersByTimeAsync(50)
    resetInstance()
    initSocketClient(optionsFor({ url: 'https://given.example.com' }))
    await vi.advanceTimersByTimeAsync(50)
    expect(urls).toEqual(['https://next.example.com', 'https://given.example.com'])
  })

  it('takes the page’s own address where nobody names one, also without a process', async () => {
    vi.stubGlobal('process', undefined)
    initSocketClient(optionsFor())
    await vi.advanceTimersByTimeAsync(50)
    expect(urls).toEqual([undefined])
  })

  it('keeps the cursors of each device apart', async () => {
    const entries = new Map<string, string>()
    vi.stubGlobal('sessionStorage', {
      getItem: (key: string) => entries.get(key) ?? null,
      setItem: (key: string, value: string) => entries.set(key, value),
    })
    initSocketClient(optionsFor({ deviceId: 'scanner' }))
    await vi.advanceTimersByTimeAsync(500)
    expect([...entries.keys()]).toEqual(['headway:cursors:scanner'])
  })
})
