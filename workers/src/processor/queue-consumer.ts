import type { Logger } from '@headway/event-log'
import type { QueuedTurn } from '@headway/jobs'
import { DelayedError, Worker, type Job } from 'bullmq'
import type { Redis } from 'ioredis'
import type { JobObserver } from './job-observer.ts'
import type { JobProcessor } from './job-processor.ts'

export interface QueueConsumerParts {
  queueName: string
  /** A connection that waits for Redis while it is away (role `queue`). */
  redis: Redis
  /** Turns that are worked on at the same time. */
  concurrency: number
  /** How long a turn stays with a worker that says nothing, in milliseconds. */
  leaseMs: number
  processor: Pick<JobProcessor, 'process'>
  logger: Logger
  observer?: JobObserver | undefined
}

/** How long a job for another kind of worker waits until it is offered again, in milliseconds. */
const ELSEWHERE_DELAY_MS = 1000

/**
 * Takes turns from the queue. BullMQ only moves them: whether a turn still means anything is decided by the claim in Postgres, so
 * a turn that is handed out twice does no harm, and one that fails is offered again by the reconciler.
 */
export class QueueConsumer {
  readonly #worker: Worker<QueuedTurn>
  readonly #concurrency: number
  #taken = 0
  #atWork = 0

  constructor({ queueName, redis, concurrency, leaseMs, processor, logger, observer }: QueueConsumerParts) {
    this.#concurrency = concurrency
    this.#worker = new Worker<QueuedTurn>(queueName, (entry, token) => this.#take(processor, entry, token), {
      connection: redis,
      concurrency,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
      lockDuration: leaseMs,
      stalledInterval: leaseMs,
      maxStalledCount: Number.MAX_SAFE_INTEGER,
    })
    this.#worker.on('active', (entry) => observer?.onTaken(waitedMs(entry)))
    this.#worker.on('error', (error) => logger.warn({ err: error }, 'the queue reports an error'))
    this.#worker.on('failed', (entry, error) => {
      logger.error(
        { err: error, jobId: entry?.data.jobId },
        'a job could not be taken; it will be offered again',
      )
    })
  }

  /** Turns that were taken since the start. */
  get taken(): number {
    return this.#taken
  }

  get hasFreeSlot(): boolean {
    return this.#atWork < this.#concurrency
  }

  async ready(): Promise<void> {
    await this.#worker.waitUntilReady()
  }

  /** Takes no more turns; resolves when those under way have ended. */
  async close(): Promise<void> {
    await this.#worker.close()
  }

  async #take(
    processor: Pick<JobProcessor, 'process'>,
    entry: Job<QueuedTurn>,
    token?: string,
  ): Promise<void> {
    this.#taken += 1
    this.#atWork += 1
    try {
      await work(processor, entry, token)
    } finally {
      this.#atWork -= 1
    }
  }
}

async function work(
  processor: Pick<JobProcessor, 'process'>,
  entry: Job<QueuedTurn>,
  token?: string,
): Promise<void> {
  const end = await processor.process(entry.data)
  if (end !== 'elsewhere') return
  await entry.moveToDelayed(Date.now() + ELSEWHERE_DELAY_MS, token)
  throw new DelayedError()
}

/** Since the entry's earliest time. It is told by the clock of whoever has added it, which may be ahead of ours. */
function waitedMs({ timestamp, opts }: Job): number {
  return Math.max(0, Date.now() - timestamp - (opts.delay ?? 0))
}
