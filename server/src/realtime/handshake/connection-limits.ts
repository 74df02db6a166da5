import { RateLimiterMemory, RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Redis } from 'ioredis'

export const MAX_CONNECTIONS_PER_USER = 100
export const MAX_HANDSHAKES_PER_MINUTE = 3_000

export interface ConnectionLimitOptions {
  /** Open connections of one user on one instance. @default 100 */
  maxConnectionsPerUser?: number
  /** Handshakes of one user within a minute, on all instances. @default 3_000 */
  maxHandshakesPerMinute?: number
}

/** Keeps one user from taking an instance for himself. */
export class ConnectionLimits {
  readonly maxConnectionsPerUser: number
  readonly maxHandshakesPerMinute: number
  readonly #rate: RateLimiterRedis
  readonly #open = new Map<string, number>()

  constructor(redis: Redis, options: ConnectionLimitOptions = {}) {
    this.maxConnectionsPerUser = options.maxConnectionsPerUser ?? MAX_CONNECTIONS_PER_USER
    this.maxHandshakesPerMinute = options.maxHandshakesPerMinute ?? MAX_HANDSHAKES_PER_MINUTE
    const rate = { points: this.maxHandshakesPerMinute, duration: 60 }
    this.#rate = new RateLimiterRedis({
      ...rate,
      storeClient: redis,
      keyPrefix: 'hw:handshakes',
      insuranceLimiter: new RateLimiterMemory(rate),
    })
  }

  /** Undefined, or after how many milliseconds the user may, who has made too many handshakes lately. */
  async takeHandshake(userId: string): Promise<number | undefined> {
    try {
      await this.#rate.consume(userId)
      return undefined
    } catch (refusal) {
      if (refusal instanceof RateLimiterRes) return Math.max(0, refusal.msBeforeNext)
      throw refusal
    }
  }

  /** Counts a connection in; answers the function that counts it out, or undefined where the user has enough. */
  open(userId: string): (() => void) | undefined {
    const count = this.#open.get(userId) ?? 0
    if (count >= this.maxConnectionsPerUser) return undefined
    this.#open.set(userId, count + 1)
    let isOpen = true
    return () => {
      if (!isOpen) return
      isOpen = false
      const left = (this.#open.get(userId) ?? 1) - 1
      if (left > 0) this.#open.set(userId, left)
      else this.#open.delete(userId)
    }
  }
}
