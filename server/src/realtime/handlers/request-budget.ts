/** Requests that a connection may make at once, and that may wait for their turn. */
export const REQUEST_BURST = 200

/** Requests per second that a connection may make in the long run. */
export const REQUESTS_PER_SECOND = 50

/** When a connection that spent its budget has that of a second again, in milliseconds. */
export const REQUESTS_RETRY_AFTER_MS = 1_000

/** A token bucket: one connection can't take an instance for itself. */
export class RequestBudget {
  readonly #now: () => number
  #tokens = REQUEST_BURST
  #filledAtMs: number

  constructor(now: () => number = () => performance.now()) {
    this.#now = now
    this.#filledAtMs = now()
  }

  /** True if one more request is within the budget. */
  take(): boolean {
    const nowMs = this.#now()
    const refill = ((nowMs - this.#filledAtMs) / 1_000) * REQUESTS_PER_SECOND
    this.#tokens = Math.min(REQUEST_BURST, this.#tokens + refill)
    this.#filledAtMs = nowMs
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
