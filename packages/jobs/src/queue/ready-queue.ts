import type { Logger } from '@headway/event-log'
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { QueueUnavailableError } from '../errors.ts'

/**
 * A queue of BullMQ for callers that don't wait for a Redis that is away. BullMQ waits for a connection that is not ready, and stays
 * broken for ever when its first command on it fails. So its object is made on a ready connection only, and made again when that has
 * failed.
 */
export class ReadyQueue<TData> {
  readonly name: string
  readonly #redis: Redis
  readonly #logger: Logger
  #queue: Queue<TData> | undefined

  /** @param redis a publisher connection: one that fails while Redis is away */
  constructor({ redis, name, logger }: { redis: Redis; name: string; logger: Logger }) {
    this.name = name
    this.#redis = redis
    this.#logger = logger
  }

  /** @throws QueueUnavailableError */
  async connected(): Promise<Queue<TData>> {
    if (this.#redis.status !== 'ready') throw new QueueUnavailableError('Redis is away')
    const queue = (this.#queue ??= this.#open())
    try {
      await queue.waitUntilReady()
    } catch (error) {
      if (this.#queue === queue) this.#queue = undefined
      throw new QueueUnavailableError('Redis did not answer', { cause: error })
    }
    return queue
  }

  async close(): Promise<void> {
    await this.#queue?.close()
  }

  #open(): Queue<TData> {
    const queue = new Queue<TData>(this.name, { connection: this.#redis })
    // Whoever called hears of it too; without a listener the process would end.
    queue.on('error', (error) => this.#logger.debug({ err: error, queue: this.name }, 'A queue met an error'))
    return queue
  }
}
