import type { Logger, Progress, ProgressLog } from '@headway/event-log'
import type { AttemptFence } from './attempt-fence.ts'
import { FencedError } from './fenced-error.ts'
import { withinTime } from './within-time.ts'

/** Longest label that is sent; the rest is cut off. */
const LABEL_MAX_LENGTH = 500

export interface ProgressWriterParts {
  fence: AttemptFence
  progressLog: ProgressLog
  logger: Logger
}

/** Sends an attempt's progress: every call, in the order of the calls. Progress is never worth a failed job, so nothing here throws. */
export class ProgressWriter {
  readonly #parts: ProgressWriterParts
  #newest: Progress
  #tail: Promise<void> = Promise.resolve()
  #isAway = false

  constructor(parts: ProgressWriterParts, start: { progress: number; label: string }) {
    this.#parts = parts
    this.#newest = { attempt: parts.fence.identity.attempt, n: 0, ...start }
  }

  /** The last progress that was handed in, sent or not. */
  get newest(): Progress {
    return this.#newest
  }

  /** Goes on from progress that another process has sent for the attempt. */
  adopt(sent: Progress): void {
    if (sent.attempt === this.#newest.attempt && sent.n > this.#newest.n) this.#newest = sent
  }

  /**
   * Resolves when the progress is sent, or is known not to be. Rounded to two decimals, which the database keeps too: a
   * snapshot never shows less than what was sent.
   */
  async publish(percent: number, label: string): Promise<void> {
    const { attempt, n, progress } = this.#newest
    const known = Number.isFinite(percent)
      ? Math.round(100 * Math.min(100, Math.max(0, percent))) / 100
      : progress
    // Half of a character is JSON that Redis can't read again.
    const whole = label.slice(0, LABEL_MAX_LENGTH).toWellFormed()
    this.#newest = { attempt, n: n + 1, progress: known, label: whole }
    const message = this.#newest
    this.#tail = this.#tail.then(() => this.#send(message))
    return this.#tail
  }

  /** Waits until everything handed in so far is sent or known not to be, at most `timeoutMs`: a frozen Redis answers nothing. */
  async flush(timeoutMs: number): Promise<void> {
    await withinTime(this.#tail, timeoutMs)
  }

  async #send(progress: Progress): Promise<void> {
    const { fence, logger } = this.#parts
    if (fence.hasEnded) return
    const { jobId } = fence.identity
    try {
      if (!(await this.#publishOnce(progress))) {
        await fence.confirm()
        await this.#publishOnce(progress)
      }
      this.#isAway = false
    } catch (error) {
      // The fence has told whoever runs the attempt.
      if (error instanceof FencedError) return
      // Once per outage, not once per call.
      if (!this.#isAway) logger.warn({ err: error, jobId, n: progress.n }, 'progress could not be sent')
      this.#isAway = true
    }
  }

  async #publishOnce(progress: Progress): Promise<boolean> {
    const { jobId, userId, operationType } = this.#parts.fence.identity
    const { outcome } = await this.#parts.progressLog.publish({ jobId, userId, operationType, ...progress })
    return outcome === 'published'
  }
}
