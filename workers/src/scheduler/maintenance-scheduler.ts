import type { Logger } from '@headway/event-log'
import type { MaintenanceQueue } from '@headway/jobs'

export interface MaintenanceSchedulerParts {
  queue: Pick<MaintenanceQueue, 'isComplete' | 'ensure'>
  logger: Logger
  /** Time between two looks at what Redis knows, in milliseconds. @default 5_000 */
  checkMs?: number
  /** Time after which the schedulers are put up again, whatever Redis says, in milliseconds. @default 30_000 */
  ensureMs?: number
}

/**
 * Sees to it that Redis knows the schedulers of the periodic tasks: it may forget them at any time. Each worker does so, so that one is
 * enough; putting up what is there changes nothing.
 */
export class MaintenanceScheduler {
  readonly #parts: MaintenanceSchedulerParts
  #timer: NodeJS.Timeout | undefined
  #checking: Promise<void> = Promise.resolve()
  #ensuredAtMs = -Infinity
  #isStopped = false

  constructor(parts: MaintenanceSchedulerParts) {
    this.#parts = parts
  }

  start(): void {
    this.#checking = this.#checkAndSchedule()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    clearTimeout(this.#timer)
    await this.#checking
  }

  async #checkAndSchedule(): Promise<void> {
    await this.#check()
    if (this.#isStopped) return
    this.#timer = setTimeout(() => this.start(), this.#parts.checkMs ?? 5_000).unref()
  }

  async #check(): Promise<void> {
    const { queue, logger, ensureMs = 30_000 } = this.#parts
    try {
      const isDue = performance.now() - this.#ensuredAtMs >= ensureMs
      if (!isDue && (await queue.isComplete())) return
      await queue.ensure()
      this.#ensuredAtMs = performance.now()
    } catch (error) {
      // The connection itself has logged that Redis is away, and each process looks after the most urgent meanwhile.
      logger.debug({ err: error }, 'the schedulers of periodic tasks could not be put up')
    }
  }
}
