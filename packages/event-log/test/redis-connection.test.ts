import { connectRedis, EventLog, redisReady } from '@headway/event-log'
import { userChannel } from '@headway/events'
import { services, uniqueUserId } from '@headway/test-kit'
import { expect, it } from 'vitest'

const logger = { debug() {}, info() {}, warn() {}, error() {} }

it('runs a script as the second command of a batch, the first time that a connection runs any', async () => {
  const redis = connectRedis(services().redisUrl, 'publisher', { logger })
  await redisReady(redis)
  const log = new EventLog(redis)
  const channel = userChannel(uniqueUserId())
  // The first command opens the batch, the script joins it, the third finds out whether answers were mixed up.
  const answers = await Promise.all([redis.exists('hw:nothing'), log.head(channel), redis.echo('third')])
  expect(answers).toEqual([0, expect.any(Number), 'third'])
  redis.disconnect()
})
