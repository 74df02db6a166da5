import { setTimeout as delay } from 'node:timers/promises'
import { TargetType, type BrowserContext, type Target } from 'puppeteer'
import { BrowserCrashedError, BrowserLeaseExpiredError } from './errors.ts'

/** Longest wait for a context to close, in milliseconds. */
const CLOSE_TIMEOUT_MS = 5000
/** Longest timer that Node has, in milliseconds: a longer one would fire at once. */
const TIMER_MAX_MS = 2 ** 31 - 1

/** How a lease has ended: given back, taken back at its deadline, or ended by what became of its browser. */
export type LeaseEnd = 'released' | 'expired' | 'lost'

export interface BrowserLeaseOptions {
  /** The lease ends by itself after this many milliseconds. */
  deadlineMs: number
  /** Called once, when the context is closed, or does not close in time: then `isClosed` is false. */
  onEnd: (end: LeaseEnd, isClosed: boolean) => void
}

/**
 * One context on loan. Whatever its user still does with it after the end fails, as its pages are closed. A lease that ends before
 * its user has given it back says so by {@link lost}.
 */
export class BrowserLease {
  readonly context: BrowserContext
  readonly #onEnd: BrowserLeaseOptions['onEnd']
  readonly #deadline: NodeJS.Timeout
  readonly #lost = new AbortController()
  #ended: Promise<void> | undefined

  constructor(context: BrowserContext, { deadlineMs, onEnd }: BrowserLeaseOptions) {
    this.context = context
    this.#onEnd = onEnd
    this.#deadline = setTimeout(() => this.#expire(deadlineMs), Math.min(deadlineMs, TIMER_MAX_MS)).unref()
    context.on('targetcreated', (target) => void this.#watchPage(target))
  }

  /** Aborted when the lease ends early, with the error that says why. Not everything that waits for a page hears of that itself. */
  get lost(): AbortSignal {
    return this.#lost.signal
  }

  /** Gives the context back and closes its pages; repeated calls share the first one's end. Never throws. */
  async release(): Promise<void> {
    this.#ended ??= this.#end('released')
    return this.#ended
  }

  /** Ends the lease because of what became of its browser. */
  lose(error: Error): void {
    if (this.#ended) return
    this.#ended = this.#end('lost')
    this.#lost.abort(error)
  }

  #expire(deadlineMs: number): void {
    if (this.#ended) return
    this.#ended = this.#end('expired')
    const message = `The browser context was not given back within ${deadlineMs} ms, and was taken back.`
    this.#lost.abort(new BrowserLeaseExpiredError(message))
  }

  async #end(end: LeaseEnd): Promise<void> {
    clearTimeout(this.#deadline)
    // A browser that crashed, or is closed at the same moment, has taken its contexts along.
    const closed = this.context.close().then(
      () => true,
      () => true,
    )
    const late = delay(CLOSE_TIMEOUT_MS, false, { ref: false })
    this.#onEnd(end, await Promise.race([closed, late]))
  }

  /** What was asked of a page that crashes is never answered, not even with an error. */
  async #watchPage(target: Target): Promise<void> {
    if (target.type() !== TargetType.PAGE) return
    const page = await target.page().catch(() => null)
    page?.once('error', () => {
      this.lose(new BrowserCrashedError('A page of the browser crashed. It may have run out of memory.'))
    })
  }
}
