import type { Logger } from '@headway/event-log'
import { isMaintenanceTask, type Maintenance } from '@headway/jobs'
import { Worker } from 'bullmq'
import type { Redis } from 'ioredis'

export interface MaintenanceConsumerParts {
  queueName: string
  /** A connection that waits for Redis while it is away (role `queue`). */
  redis: Redis
  maintenance: Pick<Maintenance, 'run'>
  logger: Logger
}

/**
 * A worker that died over a task holds up all others until its lock has ended: these are short, and so the lock is renewed often
 * and looked after often.
 */
export const LOCK_MS = 10_000
export const STALLED_CHECK_MS = 5_000

/** Does the periodic work of the deployment, one task at a time, whenever it is this worker's turn. */
export class MaintenanceConsumer {
  readonly #worker: Worker

  constructor({ queueName, redis, maintenance, logger }: MaintenanceConsumerParts) {
    this.#worker = new Worker(
      queueName,
      async ({ name }) => {
        // Another version of Headway may know tasks that this one does not.
        if (isMaintenanceTask(name)) await maintenance.run(name)
      },
      { connection: redis, concurrency: 1, lockDuration: LOCK_MS, stalledInterval: STALLED_CHECK_MS },
    )
    this.#worker.on('error', (error) =>
      logger.warn({ err: error }, 'the queue of periodic tasks reports an error'),
    )
    this.#worker.on('failed', (entry, error) => {
      logger.warn({ err: error, task: entry?.name }, 'a periodic task failed; its next turn tries again')
    })
  }

  async ready(): Promise<void> {
    await this.#worker.waitUntilReady()
  }

  /** Takes no more tasks; resolves when the one under way has ended. */
  async close(): Promise<void> {
    await this.#worker.close()
  }
}
