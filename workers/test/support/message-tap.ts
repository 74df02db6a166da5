import type { MessageOf, MessageType, WebSocketMessage } from '@headway/events'
import { connectRedis } from '@headway/event-log'
import type { Redis } from 'ioredis'
import { waitFor } from '@headway/test-kit'
import { testLogger } from './test-logger.ts'

/** Hears everything that is handed to the instances, as they would, in the order of its arrival. */
export class MessageTap {
  readonly #redis: Redis
  readonly #messages: WebSocketMessage[] = []

  static async open(redisUrl: string): Promise<MessageTap> {
    const redis = connectRedis(redisUrl, 'subscriber', { logger: testLogger })
    const tap = new MessageTap(redis)
    await redis.psubscribe('socket.io#/#*')
    return tap
  }

  private constructor(redis: Redis) {
    this.#redis = redis
    redis.on('pmessageBuffer', (_pattern: Buffer, _channel: Buffer, bytes: Buffer) => {
      const packet = bytes.subarray(bytes.indexOf('\n') + 1).toString()
      const [, message] = JSON.parse(packet) as ['event', WebSocketMessage]
      this.#messages.push(message)
    })
  }

  /** Messages on the job's channel, of one type or of all. */
  ofJob<TType extends MessageType>(jobId: string, type?: TType): MessageOf<TType>[] {
    const messages = this.#messages.filter(({ channel }) => channel === `job:${jobId}`) as MessageOf<TType>[]
    return type ? messages.filter((message) => message.type === type) : messages
  }

  /** Messages on the user's channel. */
  ofUser(userId: string): WebSocketMessage[] {
    return this.#messages.filter(({ channel }) => channel === `user:${userId}`)
  }

  async sees<TType extends MessageType>(
    jobId: string,
    type: TType,
    count: number = 1,
    timeoutMs: number = 25_000,
  ): Promise<MessageOf<TType>[]> {
    return waitFor(
      () => {
        const found = this.ofJob(jobId, type)
        return found.length >= count ? found : undefined
      },
      { timeoutMs },
    )
  }

  close(): void {
    this.#redis.disconnect()
  }
}
