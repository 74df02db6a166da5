import { backoffDelayMs } from './backoff.ts'
import { isFinal, type RequestError } from './errors.ts'

/** Makes a call again that failed: later each time, and not before the server wants it. */
export class RetryTimer {
  readonly #again: () => void
  #failures = 0
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(again: () => void) {
    this.#again = again
  }

  /** The call failed. What can't be mended by asking again is left alone. */
  schedule(error: RequestError): void {
    if (isFinal(error)) return
    this.cancel()
    this.#failures += 1
    this.#timer = setTimeout(this.#again, backoffDelayMs(this.#failures, error))
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
