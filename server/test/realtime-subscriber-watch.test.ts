import { connectRedis, redisReady, type RedisRole } from '@headway/event-log'
import { services } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import { watchSubscriber } from '../src/realtime/subscriber-watch.ts'
import { silent } from './realtime-fixture.ts'

async function open(role: RedisRole) {
  const redis = connectRedis(services().redisUrl, role, { logger: silent })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  return redis
}

it('compares the rooms with the log when the one connection comes back, and when the other does', async () => {
  const [subscriber, publisher] = [await open('subscriber'), await open('publisher')]
  let checks = 0
  const sequencer = {
    async checkAll() {
      checks += 1
    },
  }
  const options = { publisher, sequencer, logger: silent, intervalMs: 3_600_000 }
  const unwatch = watchSubscriber(subscriber, 'test-watch#*', options)
  subscriber.disconnect(true)
  await expect.poll(() => checks).toBe(1)
  publisher.disconnect(true)
  await expect.poll(() => checks).toBe(2)

  unwatch()
  publisher.disconnect(true)
  await expect.poll(() => publisher.status).not.toBe('ready')
  await expect.poll(() => publisher.status, { timeout: 10_000 }).toBe('ready')
  expect(checks).toBe(2)
})
