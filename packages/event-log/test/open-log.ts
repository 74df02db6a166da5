import { randomUUID } from 'node:crypto'
import { services } from '@headway/test-kit'
import { connectRedis, EventLog, redisReady, type EventLogOptions } from '@headway/event-log'
import { jobChannel, userChannel, type Channel, type OutgoingMessage } from '@headway/events'
import { onTestFinished } from 'vitest'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** A connection to the Redis of the run, closed when the test ends. */
export async function openRedis(role: 'publisher' | 'subscriber' = 'publisher', url = services().redisUrl) {
  const redis = connectRedis(url, role, { logger: silent })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  return redis
}

/** An event log with a channel of its own. */
export async function openLog(options?: EventLogOptions) {
  const redis = await openRedis()
  const log = new EventLog(redis, options)
  const userId = randomUUID()
  const jobId = randomUUID()
  return { redis, log, userId, jobId, channel: userChannel(userId), job: jobChannel(jobId) satisfies Channel }
}

export function customerUpdated(customerId: string): OutgoingMessage {
  return { type: 'CUSTOMER_UPDATED', payload: { customerId } }
}

/** What a replay's packet text says. */
export function customerOf({ text }: { text: string }): string {
  const [, message] = JSON.parse(text) as [string, { payload: { customerId: string } }]
  return message.payload.customerId
}
