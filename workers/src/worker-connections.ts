import { connectRedis, type Logger } from '@headway/event-log'
import type { Redis } from 'ioredis'

/** A worker's connections to Redis, one for each way of using it. */
export class WorkerConnections {
  /** Publishes, and fails at once while Redis is away. */
  readonly publisher: Redis
  /** Hears requests to cancel. */
  readonly subscriber: Redis
  /** Takes work from the queue, and waits for Redis for ever. */
  readonly queue: Redis

  constructor(redisUrl: string, logger: Logger) {
    this.publisher = connectRedis(redisUrl, 'publisher', { logger })
    this.subscriber = connectRedis(redisUrl, 'subscriber', { logger })
    this.queue = connectRedis(redisUrl, 'queue', { logger })
  }

  close(): void {
    for (const redis of [this.publisher, this.subscriber, this.queue]) redis.disconnect()
  }
}
