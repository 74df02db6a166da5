import type { Logger } from '@headway/event-log'
import type { Redis } from 'ioredis'
import { ReadyQueue } from '../queue/ready-queue.ts'

/** What has to be done again and again, by somebody. */
export const MAINTENANCE_TASKS = ['outbox', 'reconcile', 'retention', 'orphans'] as const

/** What a deployment does by itself, time and again. */
export type MaintenanceTask = (typeof MAINTENANCE_TASKS)[number]

/** Time between the beginnings of two runs of each task, in milliseconds. */
export type MaintenanceIntervals = Record<MaintenanceTask, number>

/** Entries say by their name what to do; what there is to do is in Postgres. */
const NO_DATA = {}

const OPTIONS = { attempts: 1, removeOnComplete: true, removeOnFail: true }

/** Runs that are asked for within this time are one run. */
const SAME_REQUEST_MS = 1_000

/**
 * The queue of the maintenance of a whole deployment, beside the one for jobs: BullMQ's job schedulers put each task into it in its
 * interval, and one entry at a time is handed out, however many workers there are. Redis may forget it at any time, so it is
 * put up again and again by {@link ensure}, which changes nothing where everything is there.
 */
export class MaintenanceQueue {
  readonly #queue: ReadyQueue<object>
  readonly #intervals: MaintenanceIntervals

  /** @param parts.redis a publisher connection: one that fails while Redis is away */
  constructor(parts: { redis: Redis; queueName: string; intervals: MaintenanceIntervals; logger: Logger }) {
    this.#queue = new ReadyQueue({ ...parts, name: `${parts.queueName}-maintenance` })
    this.#intervals = parts.intervals
  }

  get name(): string {
    return this.#queue.name
  }

  /**
   * True while Redis knows all schedulers. Two commands.
   *
   * @throws QueueUnavailableError
   */
  async isComplete(): Promise<boolean> {
    const queue = await this.#queue.connected()
    const [schedulers, concurrency] = await Promise.all([
      queue.getJobSchedulersCount(),
      queue.getGlobalConcurrency(),
    ])
    return schedulers >= MAINTENANCE_TASKS.length && concurrency === 1
  }

  /**
   * Puts up what is missing, and mends a scheduler that has lost its next entry; a task that was missing runs at once.
   *
   * @throws QueueUnavailableError
   */
  async ensure(): Promise<void> {
    const queue = await this.#queue.connected()
    await queue.setGlobalConcurrency(1)
    for (const task of MAINTENANCE_TASKS) {
      const template = { name: task, data: NO_DATA, opts: OPTIONS }
      await queue.upsertJobScheduler(task, { every: this.#intervals[task] }, template)
    }
  }

  /**
   * Has a task run soon, behind what waits already.
   *
   * @throws QueueUnavailableError
   */
  async request(task: MaintenanceTask): Promise<void> {
    const queue = await this.#queue.connected()
    const deduplication = { id: `request:${task}`, ttl: SAME_REQUEST_MS }
    await queue.add(task, NO_DATA, { ...OPTIONS, deduplication })
  }

  /** Lets go of BullMQ; the connection stays the caller's. */
  async close(): Promise<void> {
    await this.#queue.close()
  }
}
