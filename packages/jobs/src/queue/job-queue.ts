import type { Logger } from '@headway/event-log'
import { Queue } from 'bullmq'
import type { Redis } from 'ioredis'
import { QueueUnavailableError } from '../errors.ts'
import type { Dispatch } from '../outbox/outbox.ts'

/** What a worker finds in the queue: everything else is in Postgres, where it is claimed. */
export interface QueuedTurn {
  jobId: string
  dispatch: number
}

/** Entries of the queue by what they wait for. `delayed` ones wait for their time, `waiting` ones for a worker. */
export interface QueueDepth {
  waiting: number
  active: number
  delayed: number
}

export const DEFAULT_QUEUE_NAME = 'headway'

/** How many entries are asked for in one go. */
const LOOKUP_BATCH = 500

/**
 * BullMQ as the mover of work. BullMQ ignores an id that it still knows, so an entry's id is the job's and its turn's:
 * adding a turn twice is adding it once. Nothing here waits for a Redis that is away.
 */
export class JobQueue {
  readonly name: string
  readonly #redis: Redis
  readonly #logger: Logger
  #queue: Queue<QueuedTurn> | undefined

  /** @param redis a publisher connection: one that fails while Redis is away */
  constructor({ redis, name = DEFAULT_QUEUE_NAME, logger }: { redis: Redis; name?: string; logger: Logger }) {
    this.name = name
    this.#redis = redis
    this.#logger = logger
  }

  /** @throws QueueUnavailableError */
  async add({ jobId, dispatch, notBefore }: Dispatch): Promise<void> {
    const queue = await this.#connected()
    await queue.add(
      'turn',
      { jobId, dispatch },
      {
        jobId: entryId({ jobId, dispatch }),
        // Retries are turns of their own, counted in Postgres.
        attempts: 1,
        removeOnComplete: true,
        removeOnFail: true,
        ...(notBefore && { delay: Math.max(0, notBefore.getTime() - Date.now()) }),
      },
    )
  }

  /** @throws QueueUnavailableError */
  async has(turn: QueuedTurn): Promise<boolean> {
    return (await this.missing([turn])).length === 0
  }

  /**
   * Those of the turns that the queue does not hold.
   *
   * @throws QueueUnavailableError
   */
  async missing<TTurn extends QueuedTurn>(turns: readonly TTurn[]): Promise<TTurn[]> {
    if (turns.length === 0) return []
    const queue = await this.#connected()
    const missing: TTurn[] = []
    for (let at = 0; at < turns.length; at += LOOKUP_BATCH) {
      const batch = turns.slice(at, at + LOOKUP_BATCH)
      const known = await Promise.all(batch.map((turn) => this.#redis.exists(queue.toKey(entryId(turn)))))
      missing.push(...batch.filter((_, index) => known[index] === 0))
    }
    return missing
  }

  /** @throws QueueUnavailableError */
  async depth(): Promise<QueueDepth> {
    const queue = await this.#connected()
    const counts = await queue.getJobCounts('waiting', 'active', 'delayed')
    return { waiting: counts['waiting'] ?? 0, active: counts['active'] ?? 0, delayed: counts['delayed'] ?? 0 }
  }

  async close(): Promise<void> {
    await this.#queue?.close()
  }

  /**
   * BullMQ waits for a connection that is not ready, and stays broken for ever when its first command on it fails.
   * So its object is made on a ready connection only, and made again when that has failed.
   */
  async #connected(): Promise<Queue<QueuedTurn>> {
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

  #open(): Queue<QueuedTurn> {
    const queue = new Queue<QueuedTurn>(this.name, { connection: this.#redis })
    // Whoever called hears of it too; without a listener the process would end.
    queue.on('error', (error) => this.#logger.debug({ err: error }, 'The job queue met an error'))
    return queue
  }
}

function entryId({ jobId, dispatch }: QueuedTurn): string {
  return `${jobId}-${dispatch}`
}
