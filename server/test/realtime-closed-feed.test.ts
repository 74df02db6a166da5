import { connectRedis, EventLog, redisReady } from '@headway/event-log'
import { userChannel, type Channel, type OutgoingMessage } from '@headway/events'
import { services, uniqueUserId } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { openReadyClient, openRealtime, silent } from './realtime-fixture.ts'

/** A log whose next read can be held up. */
class SlowLog extends EventLog {
  #gate: Promise<void> | undefined

  /** The next read waits until the function that this returns is called. */
  holdNextRead(): { wasAsked: () => boolean; release: () => void } {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#gate = promise
    return { wasAsked: () => this.#gate === undefined, release: resolve }
  }

  override async readAfter(channel: Channel, cursor: number): ReturnType<EventLog['readAfter']> {
    const gate = this.#gate
    this.#gate = undefined
    await gate
    return super.readAfter(channel, cursor)
  }
}

const message = (customerId: string): OutgoingMessage => ({
  type: 'CUSTOMER_UPDATED',
  payload: { customerId },
})

it('sends nothing of a room that has closed meanwhile to the room that takes its place', async () => {
  const redis = connectRedis(services().redisUrl, 'publisher', { logger: silent })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  const eventLog = new SlowLog(redis)
  // Nobody listens where this one publishes.
  const unheard = new EventLog(redis, { namespace: { adapterKey: `unheard-${uniqueUserId()}` } })
  const server = await openRealtime({ eventLog })
  const userId = uniqueUserId()
  const channel = userChannel(userId)
  const first = await openReadyClient(server.url, { userId })

  await unheard.append(channel, message('1'))
  const read = eventLog.holdNextRead()
  await eventLog.append(channel, message('2'))
  await expect.poll(read.wasAsked).toBe(true)
  first.socket.disconnect()
  await expect.poll(() => server.io.of('/').adapter.rooms.has(channel)).toBe(false)
  const second = await openReadyClient(server.url, { userId })
  read.release()
  await eventLog.append(channel, message('3'))

  await expect.poll(() => second.events.length).toBeGreaterThan(0)
  expect(second.events.map(({ payload }) => payload)).toEqual([{ customerId: '3' }])
})
