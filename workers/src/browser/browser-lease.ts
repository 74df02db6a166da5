import { setTimeout as delay } from 'node:timers/promises'
import type { BrowserContext } from 'puppeteer'

/** Longest wait for a context to close, in milliseconds. */
const CLOSE_TIMEOUT_MS = 5000

export interface BrowserLeaseOptions {
  /** The lease ends by itself after this many milliseconds. */
  deadlineMs: number
  /** Called once, as soon as the lease has ended. */
  onRelease: () => void
}

/** One context on loan. Whatever its user still does with it after the end fails, as its pages are closed. */
export class BrowserLease {
  readonly context: BrowserContext
  readonly #onRelease: () => void
  readonly #deadline: NodeJS.Timeout
  #released: Promise<void> | undefined

  constructor(context: BrowserContext, options: BrowserLeaseOptions) {
    this.context = context
    this.#onRelease = options.onRelease
    this.#deadline = setTimeout(() => void this.release(), options.deadlineMs).unref()
  }

  /** Ends the lease and closes its pages; repeated calls share the first one's end. Never throws. */
  async release(): Promise<void> {
    this.#released ??= this.#release()
    return this.#released
  }

  async #release(): Promise<void> {
    clearTimeout(this.#deadline)
    // A browser that crashed, or is closed at the same moment, has taken its contexts along; one that hangs is
    // found by the pool's health check.
    const closed = this.context.close().catch(() => undefined)
    await Promise.race([closed, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })])
    this.#onRelease()
  }
}
