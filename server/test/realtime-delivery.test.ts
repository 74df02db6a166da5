import { TRANSIENT_EVENT_TYPES, isTransientType, type Channel, type OutgoingMessage } from '@headway/events'
import { payloadSchemas } from '@headway/events/schemas'
import { connectRedis, TransientEmitter } from '@headway/event-log'
import { services, startTestRedis, uniqueUserId } from '@headway/test-kit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { openReadyClient, openRealtime, silent, type RealtimeFixture } from './realtime-fixture.ts'

const customerUpdated = (customerId: string): OutgoingMessage => ({
  type: 'CUSTOMER_UPDATED',
  payload: { customerId },
})

/** A payload of each durable type; what it says is the application's business, so any object will do here. */
const DURABLE_TYPES = Object.keys(payloadSchemas).filter(
  (type) => !isTransientType(type) && type !== 'JOB_CHUNK',
)
const durableMessage = (type: string) => ({ type, payload: { type } }) as unknown as OutgoingMessage

async function sendAll({ io }: RealtimeFixture, userId: string, messages: OutgoingMessage[]): Promise<void> {
  for (const message of messages) await io.broadcast(userId, message)
}

describe('delivery', () => {
  it('reaches every device of a user, in order, on either instance', async () => {
    const [one, two] = [await openRealtime(), await openRealtime()]
    const userId = uniqueUserId()
    const devices = await Promise.all([one, one, two].map(({ url }) => openReadyClient(url, { userId })))
    await sendAll(one, userId, ['1', '2', '3'].map(customerUpdated))
    for (const device of devices) {
      await expect.poll(() => device.events).toHaveLength(3)
      expect(device.events.map(({ prev }) => prev)).toEqual([
        device.readies[0]?.channels[`user:${userId}`],
        device.events[0]?.seq,
        device.events[1]?.seq,
      ])
    }
    expect(devices[1]?.events).toEqual(devices[0]?.events)
    expect(devices[2]?.events).toEqual(devices[0]?.events)
  })

  it('never shows a user the events of another', async () => {
    const server = await openRealtime()
    const users = [uniqueUserId(), uniqueUserId()]
    const clients = await Promise.all(users.map((userId) => openReadyClient(server.url, { userId })))
    for (const userId of users)
      await sendAll(server, userId, [customerUpdated(userId), customerUpdated(userId)])
    for (const [index, client] of clients.entries()) {
      await expect.poll(() => client.events).toHaveLength(2)
      expect(client.events.every(({ channel }) => channel === `user:${users[index]}`)).toBe(true)
    }
  })

  it('of broadcastToAll reaches everybody once, and is replayed', async () => {
    // Everybody of a shared Redis would be the clients of other tests too.
    const redis = await startTestRedis()
    onTestFinished(() => redis.stop())
    const server = await openRealtime({ redisUrl: redis.url })
    const clients = await Promise.all(
      [1, 2].map(() => openReadyClient(server.url, { userId: uniqueUserId() })),
    )
    await server.io.broadcastToAll(customerUpdated('1'))
    for (const client of clients) await expect.poll(() => client.events).toHaveLength(1)

    const cursor = clients[0]!.events[0]!.prev
    const late = await openReadyClient(server.url, {
      userId: uniqueUserId(),
      auth: { cursors: { all: cursor } },
    })
    expect(late.events).toHaveLength(1)
  })

  it('to an absent user is no error, and waits for him', async () => {
    const server = await openRealtime()
    const userId = uniqueUserId()
    const first = await openReadyClient(server.url, { userId })
    const { cursors } = first
    first.socket.disconnect()
    await sendAll(server, userId, ['1', '2'].map(customerUpdated))
    const back = await openReadyClient(server.url, { userId, auth: { cursors } })
    expect(back.types()).toEqual(['CUSTOMER_UPDATED', 'CUSTOMER_UPDATED'])
    expect(back.readies[0]?.replayed).toBe(2)
  })

  it('of a message under one mark happens once', async () => {
    const server = await openRealtime()
    const userId = uniqueUserId()
    const client = await openReadyClient(server.url, { userId })
    await server.io.broadcast(userId, customerUpdated('1'), { once: 'mark' })
    await server.io.broadcast(userId, customerUpdated('1'), { once: 'mark' })
    await server.io.broadcast(userId, customerUpdated('2'))
    await expect.poll(() => client.events).toHaveLength(2)
  })

  it('brings every durable type live, and again to a cursor', async () => {
    const server = await openRealtime()
    const userId = uniqueUserId()
    const client = await openReadyClient(server.url, { userId })
    const { cursors } = structuredClone({ cursors: client.cursors })
    await sendAll(server, userId, DURABLE_TYPES.map(durableMessage))
    await expect.poll(() => client.types()).toEqual(DURABLE_TYPES)
    const back = await openReadyClient(server.url, { userId, auth: { cursors } })
    expect(back.events).toEqual(client.events)
  })

  it('brings transient types live, and never again', async () => {
    const server = await openRealtime()
    const userId = uniqueUserId()
    const client = await openReadyClient(server.url, { userId })
    const { cursors } = structuredClone({ cursors: client.cursors })
    const redis = connectRedis(services().redisUrl, 'publisher', { logger: silent })
    onTestFinished(() => redis.disconnect())
    await expect.poll(() => redis.status).toBe('ready')
    const emitter = new TransientEmitter(redis)
    const channel: Channel = `user:${userId}`
    for (const type of TRANSIENT_EVENT_TYPES) {
      await emitter.emit(channel, { type, payload: { progress: 1 } } as never)
    }
    await sendAll(server, userId, [customerUpdated('last')])
    await expect.poll(() => client.types()).toEqual([...TRANSIENT_EVENT_TYPES, 'CUSTOMER_UPDATED'])
    const back = await openReadyClient(server.url, { userId, auth: { cursors } })
    expect(back.types()).toEqual(['CUSTOMER_UPDATED'])
  })
})

describe('coming back', () => {
  it('with lastEventTs gives only later events, in every form of a time', async () => {
    const server = await openRealtime()
    const userId = uniqueUserId()
    await openReadyClient(server.url, { userId })
    const start = Date.now() - 1_000
    const times = [0, 10, 20].map((ms) => new Date(start + ms).toISOString())
    await sendAll(
      server,
      userId,
      times.map((timestamp, n) => ({ ...customerUpdated(String(n)), timestamp })),
    )

    const ways = [
      { auth: { lastEventTs: times[1] } },
      { auth: { lastEventTs: start + 10 } },
      { query: { lastEventTs: times[1] } },
      { query: { lastEventTs: String(start + 10) } },
    ]
    for (const way of ways) {
      const client = await openReadyClient(server.url, { userId, ...way })
      expect(client.events.map(({ timestamp }) => timestamp)).toEqual([times[2]])
      expect(client.resyncs).toEqual([])
    }
  })

  it('with a trimmed cursor gives one resync and nothing in part, then live messages', async () => {
    const server = await openRealtime({ log: { maxSize: 3 } })
    const userId = uniqueUserId()
    const first = await openReadyClient(server.url, { userId })
    const { cursors } = first
    first.socket.disconnect()
    await sendAll(server, userId, ['1', '2', '3', '4'].map(customerUpdated))
    const back = await openReadyClient(server.url, { userId, auth: { cursors } })
    expect(back.events).toEqual([])
    const head = await server.eventLog.head(`user:${userId}`)
    expect(back.resyncs).toEqual([{ channel: `user:${userId}`, seq: head, reason: 'trimmed' }])
    await sendAll(server, userId, [customerUpdated('5')])
    await expect.poll(() => back.events.map(({ prev }) => prev)).toEqual([head])
  })

  it('without a cursor begins at the head of the handshake', async () => {
    const server = await openRealtime()
    const userId = uniqueUserId()
    await sendAll(server, userId, [customerUpdated('before')])
    const client = await openReadyClient(server.url, { userId })
    expect(client.events).toEqual([])
    expect(client.readies[0]?.channels[`user:${userId}`]).toBe(await server.eventLog.head(`user:${userId}`))
  })
})
