import type { Logger } from '@headway/event-log'
import type { RequestHandler } from 'express'
import type { Redis } from 'ioredis'
import {
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
  type RateLimiterAbstract,
} from 'rate-limiter-flexible'
import { userIdOf } from './authenticate.ts'
import { HttpError } from './http-error.ts'

/** A Redis that hangs must not hold up a request: after this long the request passes uncounted. */
const DECISION_TIMEOUT_MS = 500

export interface RateLimitOptions {
  /** Under which the requests are counted: each name for itself. */
  name: string
  perMinute: number
  /** What they are, for the sentence that refuses one. */
  what: string
  logger: Logger
  /** Counts across instances. Without it, or while it is away, each instance counts for itself. */
  redis?: Redis | undefined
}

/** Keeps one user from taking what is for all. A failing Redis never fails a request. */
export function limitRate({ name, perMinute, what, logger, redis }: RateLimitOptions): RequestHandler {
  const limiter = createLimiter(name, perMinute, redis)
  return async (_request, response, next) => {
    const retryAfterSeconds = await decide(limiter, userIdOf(response), logger)
    if (retryAfterSeconds !== undefined) {
      throw new HttpError(
        'rate_limited',
        `More than ${perMinute} ${what} in a minute. Try again in ${retryAfterSeconds} s.`,
        { headers: { 'Retry-After': String(retryAfterSeconds) } },
      )
    }
    next()
  }
}

function createLimiter(name: string, points: number, redis: Redis | undefined): RateLimiterAbstract {
  const rate = { points, duration: 60, keyPrefix: `hw:rate:${name}` }
  const insuranceLimiter = new RateLimiterMemory(rate)
  if (!redis) return insuranceLimiter
  return new RateLimiterRedis({ ...rate, storeClient: redis, rejectIfRedisNotReady: true, insuranceLimiter })
}

/** Seconds to wait, or undefined for a request that may pass. */
async function decide(
  limiter: RateLimiterAbstract,
  userId: string,
  logger: Logger,
): Promise<number | undefined> {
  const timer = Promise.withResolvers<undefined>()
  const timeout = setTimeout(timer.resolve, DECISION_TIMEOUT_MS, undefined)
  try {
    await Promise.race([limiter.consume(userId), timer.promise])
    return undefined
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return Math.max(1, Math.ceil(refusal.msBeforeNext / 1_000))
    logger.warn({ err: refusal, userId }, 'A request could not be counted; it passes')
    return undefined
  } finally {
    clearTimeout(timeout)
  }
}
