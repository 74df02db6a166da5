import { Redis, type RedisOptions } from 'ioredis'
import type { Logger } from './logger.ts'
import { defineScripts } from './scripts.ts'

/**
 * What a connection is for decides what it does while Redis is away. A *publisher* fails at once, because whoever
 * publishes has an outbox or tells its caller. A *subscriber* subscribes again. A *queue* connection waits for ever,
 * as BullMQ wants it.
 */
export type RedisRole = 'publisher' | 'subscriber' | 'queue'

/** A frozen Redis answers no PING, and a subscriber would never notice: it sends nothing by itself. */
const SUBSCRIBER_PING_MS = 1_000
const SUBSCRIBER_SILENCE_MS = 3_000

const COMMAND_TIMEOUT_MS = 5_000

/** Commands have failed by then. A connection whose other end has vanished would go on failing them for a quarter of an hour. */
const PUBLISHER_SILENCE_MS = 6_000

/** Shortest time between two tries to find another Redis than one that takes no writes, in milliseconds. */
const READONLY_RETRY_MS = 15_000

const MAX_RETRY_DELAY_MS = 1_000

const ROLES = {
  publisher: {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    commandTimeout: COMMAND_TIMEOUT_MS,
    socketTimeout: PUBLISHER_SILENCE_MS,
    enableAutoPipelining: true,
  },
  subscriber: { maxRetriesPerRequest: null, socketTimeout: SUBSCRIBER_SILENCE_MS },
  queue: { maxRetriesPerRequest: null },
} as const satisfies Record<RedisRole, RedisOptions>

/** Opens a connection. It connects, and connects again, by itself; an outage is logged once, not per attempt. */
export function connectRedis(url: string, role: RedisRole, { logger }: { logger: Logger }): Redis {
  const redis = new Redis(url, {
    ...ROLES[role],
    connectionName: `headway-${role}`,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), MAX_RETRY_DELAY_MS),
    reconnectOnError: leaveReplica(),
  })
  defineScripts(redis)
  logOutages(redis, role, logger)
  if (role === 'subscriber') pingWhileReady(redis)
  return redis
}

/**
 * Waits until a connection can be used.
 *
 * @throws Error with the last failure after `timeoutMs` (default 10 s)
 */
export async function redisReady(redis: Redis, { timeoutMs = 10_000 } = {}): Promise<void> {
  if (redis.status === 'ready') return
  let lastError: Error | undefined
  const onError = (error: Error) => {
    lastError = error
  }
  redis.on('error', onError)
  const isReady = await new Promise<boolean>((resolve) => {
    redis.once('ready', () => resolve(true))
    setTimeout(() => resolve(false), timeoutMs).unref()
  })
  redis.off('error', onError)
  if (isReady) return
  const { host, port } = redis.options
  throw new Error(
    `Redis at ${host}:${port} did not answer within ${timeoutMs} ms. Is it running, and is REDIS_URL right?`,
    { cause: lastError },
  )
}

/**
 * A master that becomes a replica may keep its connections, which refuse every write from then on. Where its address leads to
 * another Redis by now, a new connection gets there.
 */
function leaveReplica(): (error: Error) => boolean {
  let leftAtMs = Number.NEGATIVE_INFINITY
  return ({ message }) => {
    const nowMs = performance.now()
    if (!/\bREADONLY\b/.test(message) || nowMs - leftAtMs < READONLY_RETRY_MS) return false
    leftAtMs = nowMs
    return true
  }
}

function logOutages(redis: Redis, role: RedisRole, logger: Logger): void {
  let isAway = false
  redis.on('error', (error) => {
    if (isAway) return
    isAway = true
    logger.warn({ err: error, role }, 'Redis is away; connecting again')
  })
  redis.on('ready', () => {
    if (isAway) logger.info({ role }, 'Redis is back')
    isAway = false
  })
}

function pingWhileReady(redis: Redis): void {
  const timer = setInterval(() => {
    // A failure closes the connection by itself, and that is what the ping is for.
    if (redis.status === 'ready') redis.ping().catch(() => {})
  }, SUBSCRIBER_PING_MS)
  timer.unref()
  redis.once('end', () => clearInterval(timer))
}
