import { Emitter } from '@socket.io/redis-emitter'
import type { Redis } from 'ioredis'
import type { Channel, OutgoingMessage, TransientEventType } from '@headway/events'
import { createBusCodec } from './bus-codec.ts'
import { DEFAULT_NAMESPACE, type Namespace } from './channel-keys.ts'

/** Sends transient messages with the stock emitter: no place in the log, and lost on whoever is not connected. */
export class TransientEmitter {
  readonly #emitter: Emitter
  #published: Promise<unknown> = Promise.resolve()

  constructor(redis: Redis, options: { namespace?: Partial<Namespace> } = {}) {
    // The emitter drops the promise of its PUBLISH, so a Redis that is away would be an unhandled rejection.
    const connection = {
      publish: (channel: string, bytes: string) => {
        this.#published = redis.publish(channel, bytes)
        return this.#published
      },
    }
    const key = options.namespace?.adapterKey ?? DEFAULT_NAMESPACE.adapterKey
    this.#emitter = new Emitter(connection, { key, parser: createBusCodec() })
  }

  /** Resolves when Redis has taken the message; rejects when it has not. */
  async emit(channel: Channel, message: OutgoingMessage<TransientEventType>): Promise<void> {
    const { type, payload, timestamp = new Date().toISOString() } = message
    this.#emitter.to(channel).emit('event', { type, payload, timestamp, channel })
    await this.#published
  }
}
