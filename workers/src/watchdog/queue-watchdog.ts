import type { Logger } from '@headway/event-log'
import type { JobQueue } from '@headway/jobs'
import type { QueueConsumer } from '../processor/queue-consumer.ts'
import { suspect, type Suspicion } from './suspicion.ts'

/** A worker that takes no turns although it could. */
export interface StuckWorker {
  /** Turns that wait. */
  waiting: number
  /** How long it has taken none, in milliseconds. */
  idleMs: number
}

export interface QueueWatchdogParts {
  queue: Pick<JobQueue, 'takeable'>
  consumer: Pick<QueueConsumer, 'taken' | 'hasFreeSlot'>
  logger: Logger
  workerId: string
  /** How long a worker may take nothing beside waiting turns, in milliseconds; 0 for ever. */
  limitMs: number
  /** Called once: the watchdog stops then. */
  onStuck: (stuck: StuckWorker) => void
}

/** Looks in the time that a worker may take nothing. */
const LOOKS_PER_LIMIT = 6

/**
 * Notices a worker whose connection to the queue hangs: nothing fails, and nothing is taken. It asks over another connection, and only
 * concludes what nothing else explains, see {@link suspect}.
 */
export class QueueWatchdog {
  readonly #parts: QueueWatchdogParts
  readonly #intervalMs: number
  #suspicion: Suspicion | undefined
  #timer: NodeJS.Timeout | undefined
  #looking: Promise<void> = Promise.resolve()
  #isStopped = false

  constructor(parts: QueueWatchdogParts) {
    this.#parts = parts
    this.#intervalMs = parts.limitMs / LOOKS_PER_LIMIT
  }

  start(): void {
    if (this.#parts.limitMs === 0) return
    this.#timer = setTimeout(() => {
      this.#looking = this.#lookAndSchedule()
    }, this.#intervalMs).unref()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#looking
  }

  async #lookAndSchedule(): Promise<void> {
    const waiting = await this.#ask()
    if (this.#isStopped) return
    const { taken, hasFreeSlot } = this.#parts.consumer
    const atMs = performance.now()
    this.#suspicion = suspect(this.#suspicion, { atMs, waiting, taken, hasFreeSlot }, this.#intervalMs)
    const idleMs = this.#suspicion === undefined ? 0 : atMs - this.#suspicion.sinceMs
    if (idleMs >= this.#parts.limitMs) this.#tell({ waiting: waiting ?? 0, idleMs: Math.round(idleMs) })
    else this.start()
  }

  async #ask(): Promise<number | undefined> {
    try {
      return await this.#parts.queue.takeable()
    } catch {
      // Redis is away, which its connections log.
      return undefined
    }
  }

  #tell(stuck: StuckWorker): void {
    const { logger, workerId, onStuck } = this.#parts
    logger.error(
      { ...stuck, workerId },
      `the worker has taken no job for ${stuck.idleMs} ms, although ${stuck.waiting} wait and it has room: its connection to the queue hangs`,
    )
    onStuck(stuck)
  }
}
