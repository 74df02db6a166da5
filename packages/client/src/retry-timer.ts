import { backoffDelayMs } from './backoff.ts'
import { isFinal, type RequestError } from './errors.ts'

/** Makes a call again that failed: later each time, and not before the server wants it. */
export class RetryTimer {
  readonly #again: () => void
  readonly #jitter: number
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  /** For `jitter` see {@link BackoffOptions}. */
  constructor(again: () => void, jitter = 0.1) {
    this.#again = again
    this.#jitter = jitter
  }

  /** The call failed, or did not bring all. What can't be mended by asking again is left alone. */
  schedule(error?: RequestError): void {
    if (error && isFinal(error)) return
    this.cancel()
    this.#failures += 1
    const delayMs = backoffDelayMs(this.#failures, {
      jitter: this.#jitter,
      retryAfterMs: error?.retryAfterMs,
    })
    this.#timer = setTimeout(this.#again, delayMs)
  }

  /** The call is made now, or wanted no more. */
  cancel(): void {
    clearTimeout(this.#timer)
  }

  /** The call succeeded: the next failure is a first one. */
  reset(): void {
    this.cancel()
    this.#failures = 0
  }
}
