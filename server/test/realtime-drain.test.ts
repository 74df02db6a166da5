import type { Closing } from '@headway/events'
import { uniqueUserId } from '@headway/test-kit'
import { expect, it } from 'vitest'
import { RawClient } from './raw-client.ts'
import { openClient, openReadyClient, openRealtime } from './realtime-fixture.ts'

const SOCKETS = 300

async function openMany(url: string): Promise<RawClient[]> {
  const clients = await Promise.all(
    Array.from({ length: SOCKETS }, () => RawClient.open(url, { userId: uniqueUserId() })),
  )
  await expect.poll(() => clients.every((client) => client.has('ready')), { timeout: 20_000 }).toBe(true)
  return clients
}

function closingOf(client: RawClient): Closing | undefined {
  return client.other.find(([event]) => event === 'closing')?.[1] as Closing | undefined
}

/** Whether a stock client that comes now will come again: one whose handshake is refused stays away. */
async function goesOnTrying(url: string): Promise<boolean> {
  const { socket } = await openClient(url, { userId: uniqueUserId() })
  await new Promise((resolve) => socket.once('connect_error', resolve))
  return socket.active
}

it('lets its sockets go in batches, tells each when to come back, and takes no new one', async () => {
  const server = await openRealtime({ drainMs: 1_500 })
  const clients = await openMany(server.url)
  const told = () => clients.filter((client) => closingOf(client)).length

  const knocking = await RawClient.connect(server.url)
  const startedAt = performance.now()
  const closed = server.io.close()
  await expect.poll(told, { interval: 10 }).toBeGreaterThan(0)
  expect(told()).toBeLessThanOrEqual(150)
  await expect(RawClient.open(server.url, { userId: uniqueUserId() })).rejects.toThrow('socket hang up')
  expect(await goesOnTrying(server.url)).toBe(true)
  await knocking.enter({ userId: uniqueUserId() })
  await expect.poll(() => knocking.isClosed).toBe(true)
  expect(knocking.refusal).toBeUndefined()
  expect(clients.some((client) => !client.isClosed)).toBe(true)

  await closed
  expect(performance.now() - startedAt).toBeGreaterThan(1_000)
  expect(performance.now() - startedAt).toBeLessThan(6_000)
  await expect.poll(() => clients.every((client) => client.isClosed)).toBe(true)
  const moments = clients.map((client) => closingOf(client)?.retryAfterMs ?? Number.NaN)
  expect(Math.min(...moments)).toBeGreaterThanOrEqual(0)
  expect(Math.max(...moments)).toBeLessThanOrEqual(2_000)
  expect(new Set(moments).size).toBeGreaterThan(SOCKETS / 2)
})

it('lets few sockets go at once, and a stock client come back by itself', async () => {
  const server = await openRealtime()
  const { socket, closings } = await openReadyClient(server.url, { userId: uniqueUserId() })
  const gone = new Promise<boolean>((resolve) => socket.once('disconnect', () => resolve(socket.active)))
  const startedAt = performance.now()
  await server.io.close()
  expect(performance.now() - startedAt).toBeLessThan(900)
  expect(closings).toMatchObject([{ code: 'draining' }])
  // Not `io server disconnect`, after which a stock client stays away.
  expect(await gone).toBe(true)
})

it('does not wait for a reader that has stopped reading', async () => {
  const server = await openRealtime()
  const stalled = await RawClient.open(server.url, { userId: uniqueUserId() })
  await expect.poll(() => stalled.has('ready')).toBe(true)
  stalled.stopReading()
  const startedAt = performance.now()
  await server.io.close()
  expect(performance.now() - startedAt).toBeLessThan(3_000)
})
