import { connectRedis, EventLog } from '@headway/event-log'
import type { OutgoingMessage, WebSocketMessage } from '@headway/events'
import { services, startTestRedis, uniqueUserId, waitFor } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { openReadyClient, openRealtime, silent, type RealtimeFixture } from './realtime-fixture.ts'

const customerUpdated = (n: number): OutgoingMessage => ({
  type: 'CUSTOMER_UPDATED',
  payload: { customerId: String(n) },
})

const numberOf = ({ payload }: WebSocketMessage): string => (payload as { customerId: string }).customerId

/** Messages of the channels of this test: the Redis of the run is shared, and so is `all`. */
const isOwn = ({ channel }: WebSocketMessage): boolean => channel !== 'all'

/** Publishes as fast as Redis answers until `isOver`; answers how many messages that were. */
async function publishUntil(server: RealtimeFixture, userId: string, isOver: () => boolean): Promise<number> {
  let count = 0
  while (!isOver()) {
    await server.io.broadcast(userId, customerUpdated(count))
    count += 1
    // Lets the sockets' own work in between two messages.
    await new Promise((resolve) => setImmediate(resolve))
  }
  return count
}

/** Reconnects with its cursors again and again; answers everything it has seen, over all connections. */
async function reconnectLoop(urls: string[], userId: string, rounds: number) {
  const seen: string[] = []
  let cursors: Record<string, number> | undefined
  let resyncs = 0
  for (let round = 0; round < rounds; round += 1) {
    const url = urls[round % urls.length]!
    const client = await openReadyClient(url, { userId, ...(cursors ? { auth: { cursors } } : {}) })
    // Leaves at different moments: right away, or in the middle of live messages.
    await waitFor(() => client.events.length >= round % 3, { intervalMs: 1 })
    client.socket.disconnect()
    cursors = { ...client.cursors }
    resyncs += client.resyncs.length
    seen.push(...client.events.filter(isOwn).map(numberOf))
  }
  return { seen, cursors: cursors!, resyncs }
}

it('loses, repeats and swaps nothing while clients reconnect in a loop and messages keep coming', async () => {
  const servers = [
    await openRealtime({ log: { maxSize: 100_000, maxBytes: 1e8 } }),
    await openRealtime({ log: { maxSize: 100_000, maxBytes: 1e8 } }),
  ]
  const userId = uniqueUserId()
  const first = await openReadyClient(servers[0]!.url, { userId })
  let isOver = false
  const publishing = publishUntil(servers[1]!, userId, () => isOver)
  const loops = await Promise.all(
    [0, 1, 2].map(() =>
      reconnectLoop(
        servers.map(({ url }) => url),
        userId,
        40,
      ),
    ),
  )
  isOver = true
  const count = await publishing

  const expected = Array.from({ length: count }, (_, n) => String(n))
  for (const { seen, cursors, resyncs } of loops) {
    const last = await openReadyClient(servers[0]!.url, { userId, auth: { cursors } })
    const rest = last.events.filter(isOwn).map(numberOf)
    const all = [...seen, ...rest]
    expect(resyncs).toBe(0)
    expect(all).toEqual(expected.slice(expected.indexOf(all[0]!)))
  }
  await expect.poll(() => first.events.filter(isOwn).length).toBe(count)
  expect(first.events.filter(isOwn).map(numberOf)).toEqual(expected)
})

it('heals what Redis did not send while its subscriber was cut off, without a word to the client', async () => {
  const redis = await startTestRedis()
  onTestFinished(() => redis.stop())
  const server = await openRealtime({ redisUrl: redis.url })
  const admin = connectRedis(redis.url, 'publisher', { logger: silent })
  onTestFinished(() => admin.disconnect())
  await expect.poll(() => admin.status).toBe('ready')
  const userId = uniqueUserId()
  const client = await openReadyClient(server.url, { userId })

  for (let round = 0; round < 5; round += 1) {
    await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
    for (let n = 0; n < 20; n += 1) await server.io.broadcast(userId, customerUpdated(round * 20 + n))
    // The last message of a round leaves no gap to see: only the comparison of heads finds it.
    await expect.poll(() => client.events.length, { timeout: 5_000 }).toBe((round + 1) * 20)
  }
  expect(client.events.map(numberOf)).toEqual(Array.from({ length: 100 }, (_, n) => String(n)))
  expect(client.resyncs).toEqual([])
  expect(client.readies).toHaveLength(1)
})

it('heals a gap as soon as the next message shows it', async () => {
  const server = await openRealtime({ headCheckMs: 60_000 })
  const userId = uniqueUserId()
  const client = await openReadyClient(server.url, { userId })
  const redis = connectRedis(services().redisUrl, 'publisher', { logger: silent })
  onTestFinished(() => redis.disconnect())
  await expect.poll(() => redis.status).toBe('ready')
  // Its messages are in the log like all others, but no instance hears of them.
  const unheard = new EventLog(redis, { namespace: { adapterKey: 'nobody-listens' } })
  for (let n = 0; n < 4; n += 1) {
    await unheard.append(`user:${userId}`, customerUpdated(2 * n))
    await server.io.broadcast(userId, customerUpdated(2 * n + 1))
  }
  await expect.poll(() => client.events.map(numberOf)).toEqual(Array.from({ length: 8 }, (_, n) => String(n)))
  expect(client.resyncs).toEqual([])
})

it('tells connected clients when the log was wiped, and goes on', async () => {
  const redis = await startTestRedis()
  onTestFinished(() => redis.stop())
  const server = await openRealtime({ redisUrl: redis.url, headCheckMs: 200 })
  const admin = connectRedis(redis.url, 'publisher', { logger: silent })
  onTestFinished(() => admin.disconnect())
  await expect.poll(() => admin.status).toBe('ready')
  const userId = uniqueUserId()
  const client = await openReadyClient(server.url, { userId })
  await server.io.broadcast(userId, customerUpdated(1))
  await expect.poll(() => client.events).toHaveLength(1)
  await admin.flushall()
  await expect
    .poll(() => client.resyncs.map(({ channel, reason }) => `${channel} ${reason}`))
    .toContain(`user:${userId} lost`)
  await server.io.broadcast(userId, customerUpdated(2))
  await expect.poll(() => client.events).toHaveLength(2)
  expect(client.events[1]?.prev).toBe(client.resyncs.find(({ channel }) => channel !== 'all')?.seq)
})
