import type { WebSocketMessage } from '@headway/events'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import type { ClientOptions } from '../src/client-options.ts'
import type { ConnectionEvents } from '../src/connection-events.ts'
import { createClient } from '../src/create-client.ts'
import { memoryCursorStore } from '../src/cursor-store.ts'
import type { HeadwayClient } from '../src/headway-client.ts'
import { FakeServer } from './fake-server.ts'

/** A job for tests that need one; {@link FakeServer.addJob} makes it. */
export const jobId = '0b0e9b3c-6a5e-4f1d-9d5e-2f6a1c3b4d5e'

/** The server of this test. Importing it gives each test of a file its own, under fake time. */
export let server: FakeServer

const clients: HeadwayClient[] = []

beforeEach(() => {
  vi.useFakeTimers()
  server = new FakeServer()
})

afterEach(() => {
  for (const client of clients.splice(0)) client.destroy()
  vi.useRealTimers()
})

/** Puts another user's server in the place of this one: who connects next is that user. */
export function changeUser(userId: string): FakeServer {
  server = new FakeServer(userId)
  return server
}

/** A client of the server, destroyed after the test. */
export function clientOf(options: Partial<ClientOptions> = {}): HeadwayClient {
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

/** A client that has connected. */
export async function connected(options: Partial<ClientOptions> = {}): Promise<HeadwayClient> {
  const client = clientOf(options)
  client.connect()
  await settle()
  expect(client.connection.getSnapshot().state).toBe('connected')
  return client
}

/** Lets everything on its way arrive. */
export async function settle(ms = 50): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
}

/** What `onAny` tells from now on. */
export function heardBy(client: HeadwayClient): WebSocketMessage[] {
  const heard: WebSocketMessage[] = []
  client.onAny((message) => heard.push(message))
  return heard
}

/** What `onConnection` tells of a type from now on. */
export function eventsOf<TType extends keyof ConnectionEvents>(
  client: HeadwayClient,
  type: TType,
): ConnectionEvents[TType][] {
  const events: ConnectionEvents[TType][] = []
  client.onConnection(type, (event) => events.push(event))
  return events
}

/** Publishes a durable message to the user, and answers with its `seq`. */
export function publishCustomer(delivery?: 'sent' | 'lost' | 'twice'): number {
  const message = { type: 'CUSTOMER_UPDATED', payload: { customerId: 'c' } } as const
  return server.publish(server.channel, message, delivery).seq ?? 0
}
