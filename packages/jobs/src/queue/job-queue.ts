import type { Logger } from '@headway/event-log'
import type { Redis } from 'ioredis'
import type { Dispatch } from '../outbox/outbox.ts'
import { ReadyQueue } from './ready-queue.ts'

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

/** BullMQ's name of the queue, where nothing else is set. */
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
  readonly #queue: ReadyQueue<QueuedTurn>

  /** @param redis a publisher connection: one that fails while Redis is away */
  constructor({ redis, name = DEFAULT_QUEUE_NAME, logger }: { redis: Redis; name?: string; logger: Logger }) {
    this.name = name
    this.#redis = redis
    this.#queue = new ReadyQueue({ redis, name, logger })
  }

  /** @throws QueueUnavailableError */
  async add({ jobId, dispatch, notBefore }: Dispatch): Promise<void> {
    const queue = await this.#queue.connected()
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
    const queue = await this.#queue.connected()
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
    const queue = await this.#queue.connected()
    const counts = await queue.getJobCounts('waiting', 'active', 'delayed')
    return { waiting: counts['waiting'] ?? 0, active: counts['active'] ?? 0, delayed: counts['delayed'] ?? 0 }
  }

  /**
   * Turns that wait for nobody but a worker: neither for their time nor for the end of a pause.
   *
   * @throws QueueUnavailableError
   */
  async takeable(): Promise<number> {
    const queue = await this.#queue.connected()
    const [isPaused, isMaxed] = await Promise.all([queue.isPaused(), queue.isMaxed()])
    return isPaused || isMaxed ? 0 : queue.getJobCountByTypes('waiting', 'prioritized')
  }

  /** Lets go of BullMQ; the connection stays the caller's. */
  async close(): Promise<void> {
    await this.#queue.close()
  }
}

function entryId({ jobId, dispatch }: QueuedTurn): string {
  return `${jobId}-${dispatch}`
}
