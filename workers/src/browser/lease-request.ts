import type { BrowserContextOptions } from 'puppeteer'
import type { BrowserLease } from './browser-lease.ts'
import { BrowserBusyError } from './errors.ts'

export interface LeaseRequestOptions {
  userId: string
  /** Ends the wait. */
  signal: AbortSignal
  /** Longest wait, in milliseconds. */
  waitMs: number
  /** The context is taken back after this many milliseconds, whoever still uses it. */
  deadlineMs: number
  /** What this context is made with, in place of what the pool makes all others with. */
  contextOptions?: BrowserContextOptions | undefined
}

/** How a wait for a lease has ended. */
export type WaitEnd = 'leased' | 'busy' | 'aborted' | 'failed'

/** Somebody who waits for a lease. The first end of the wait is the one that counts. */
export class LeaseRequest {
  readonly userId: string
  readonly deadlineMs: number
  readonly contextOptions: BrowserContextOptions | undefined
  /** The browser that was to serve it was found dead once. */
  isSecondTry = false
  readonly #lease = Promise.withResolvers<BrowserLease>()
  readonly #signal: AbortSignal
  readonly #timer: NodeJS.Timeout
  readonly #onEnd: (end: WaitEnd) => void
  #end: WaitEnd | undefined

  /** @param onEnd called once, at the end of the wait */
  constructor(
    { userId, signal, waitMs, deadlineMs, contextOptions }: LeaseRequestOptions,
    onEnd: (end: WaitEnd) => void,
  ) {
    this.userId = userId
    this.deadlineMs = deadlineMs
    this.contextOptions = contextOptions
    this.#signal = signal
    this.#onEnd = onEnd
    this.#timer = setTimeout(() => {
      if (this.#finish('busy')) this.#lease.reject(new BrowserBusyError(busyMessage(waitMs)))
    }, waitMs)
    signal.addEventListener('abort', this.#onAbort, { once: true })
  }

  get lease(): Promise<BrowserLease> {
    return this.#lease.promise
  }

  get isOver(): boolean {
    return this.#end !== undefined
  }

  /** False where nobody waits any more: the lease is to be taken back. */
  grant(lease: BrowserLease): boolean {
    if (!this.#finish('leased')) return false
    this.#lease.resolve(lease)
    return true
  }

  refuse(error: unknown): void {
    if (this.#finish('failed')) this.#lease.reject(error)
  }

  readonly #onAbort = (): void => {
    if (this.#finish('aborted')) this.#lease.reject(this.#signal.reason)
  }

  #finish(end: WaitEnd): boolean {
    if (this.isOver) return false
    this.#end = end
    clearTimeout(this.#timer)
    this.#signal.removeEventListener('abort', this.#onAbort)
    this.#onEnd(end)
    return true
  }
}

function busyMessage(waitMs: number): string {
  return (
    `No browser context was free within ${waitMs} ms. The job is tried again; where that happens often, raise ` +
    'WORKER_BROWSERS or WORKER_BROWSER_CONTEXTS, or start another worker.'
  )
}
