import { CoalescedRuns } from './coalesced-runs.ts'

const ONLY = 'task'

/** Runs a task at the start, then again and again; one run at a time, and earlier when it is asked to. */
export class RepeatedTask {
  readonly #task: () => Promise<number>
  readonly #runs = new CoalescedRuns()
  #timer: NodeJS.Timeout | undefined
  #isStarted = false

  /** @param task resolves with the time until its next run, in milliseconds; handles its failures itself */
  constructor(task: () => Promise<number>) {
    this.#task = task
  }

  start(): void {
    this.#isStarted = true
    this.now()
  }

  /** Runs it now, or once more after the run under way. Does nothing before the start and after the stop. */
  now(): void {
    if (this.#isStarted) void this.#runs.run(ONLY, () => this.#runAndSchedule())
  }

  /** Ends the runs and waits for the one under way. */
  async stop(): Promise<void> {
    this.#isStarted = false
    clearTimeout(this.#timer)
    await this.#runs.idle()
  }

  async #runAndSchedule(): Promise<void> {
    clearTimeout(this.#timer)
    if (!this.#isStarted) return
    const delayMs = await this.#task()
    if (!this.#isStarted) return
    this.#timer = setTimeout(() => this.now(), delayMs)
    this.#timer.unref()
  }
}
