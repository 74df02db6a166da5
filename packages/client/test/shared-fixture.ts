import type { WebSocketMessage } from '@headway/events'
import { afterEach, beforeEach } from 'vitest'
import { createClient } from '../src/create-client.ts'
import { memoryCursorStore } from '../src/cursor-store.ts'
import type { HeadwayClient } from '../src/headway-client.ts'
import type { TabMessage } from '../src/shared/shared-messages.ts'
import { sharedTransport } from '../src/shared/shared-transport.ts'
import { TabHost } from '../src/shared/tab-host.ts'
import { FakeServer } from './fake-server.ts'

export const jobId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'

/** The server of this test, under real time: ports and locks know no other. */
export let server: FakeServer
/** The names under which workers were opened. */
export const opened = new Set<string>()

const workers = new Map<string, TabHost>()
const clients: HeadwayClient[] = []
const ports: MessagePort[] = []

beforeEach(() => {
  server = new FakeServer('42')
})

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy()
  stopWorkers()
  opened.clear()
  for (const port of ports.splice(0)) port.close()
})

/** Waits without a timer: under fake ones, `expect.poll` moves the clock. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve))
}

/** Ends all workers at once; who opens one after that gets a new one. */
export function stopWorkers(): void {
  for (const worker of workers.values()) worker.stop()
  workers.clear()
}

/** A token of a user; `mark` tells one from another. */
export function tokenOf(userId: string, mark = 0): string {
  return `h.${btoa(JSON.stringify({ sub: userId, mark }))}.s`
}

/** What a tab has: a client, all that it heard, and how often it was asked for another token than its first. */
export interface Tab {
  client: HeadwayClient
  heard: WebSocketMessage[]
  renewals: () => number
}

/**
 * A tab that has begun to connect; `breaks` is a browser whose worker does not start, and as long as `isDull` says so
 * the tab does not tell the worker what it has taken.
 */
export function openTab(
  options: {
    userId?: string
    mark?: number
    token?: string
    breaks?: boolean
    isDull?: () => boolean
    renew?: () => string | Promise<string>
  } = {},
): Tab {
  let asked = 0
  const { userId = '42', mark = 0, breaks = false, isDull = () => false } = options
  const openTransport = sharedTransport({
    openWorker: (name) => openWorker(name, { breaks, isDull }),
    openOwn: (target, handlers) => server.openTransport(target, handlers),
  })
  const client = createClient({
    getToken: () => {
      asked += 1
      return (asked > 1 && options.renew?.()) || (options.token ?? tokenOf(userId, mark))
    },
    cursors: memoryCursorStore(),
    openTransport,
    lingerMs: 0,
    onError: () => {},
  })
  clients.push(client)
  const heard: WebSocketMessage[] = []
  client.onAny((message) => heard.push(message))
  client.connect()
  return { client, heard, renewals: () => asked - 1 }
}

function openWorker(
  name: string,
  { breaks, isDull }: { breaks: boolean; isDull: () => boolean },
): SharedWorker {
  opened.add(name)
  const { port1, port2 } = new MessageChannel()
  ports.push(port1, port2)
  const say = port1.postMessage.bind(port1)
  port1.postMessage = (message: TabMessage) => {
    if (message.kind !== 'taken' || !isDull()) say(message)
  }
  const worker = Object.assign(new EventTarget(), { port: port1, onerror: null })
  if (breaks) {
    queueMicrotask(() => worker.dispatchEvent(new Event('error')))
  } else {
    const host =
      workers.get(name) ?? new TabHost((target, handlers) => server.openTransport(target, handlers))
    workers.set(name, host)
    host.welcome(port2)
  }
  return worker
}
