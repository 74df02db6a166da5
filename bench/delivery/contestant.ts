import type { Server as HttpServer } from 'node:http'
import type { Redis } from 'ioredis'

/** What a contestant publishes with; resolves when Redis has taken the message. */
type Publish = (userId: string, payload: { customerId: string }) => Promise<unknown>

/** One way to bring messages to a user's sockets. */
export interface Contestant {
  startServer(httpServer: HttpServer, redisUrl: string): Promise<void>
  createPublisher(redis: Redis): Publish
}
