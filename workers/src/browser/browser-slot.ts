import type { BrowserLease } from './browser-lease.ts'
import type { PooledBrowser } from './pooled-browser.ts'

/**
 * Why a browser has left the pool. The first three let it end its leases: it has served as many as it may, holds too much memory,
 * or has not closed a context.
 */
export type GoneReason = 'leases' | 'memory' | 'stuck' | 'crashed' | 'unresponsive' | 'closed'

/**
 * One of the pool's browsers, from the moment that it is decided to start it.
 *
 *     starting ──▶ serving ──retire──▶ draining ──last lease is back──▶ closing ──▶ gone
 *                     └───────crash, silence, end of the pool──────────────┘
 */
export class BrowserSlot {
  readonly browser: Promise<PooledBrowser>
  /** What is on loan. */
  readonly leases = new Set<BrowserLease>()
  /** Once it is started. */
  started: PooledBrowser | undefined
  /** Contexts in use, being made or being closed. */
  active = 0
  /** Contexts handed out since the start. */
  served = 0
  #retiredFor: GoneReason | undefined
  readonly #start = new AbortController()

  /** @param launch starts the browser, and gives up when it is told to */
  constructor(launch: (signal: AbortSignal) => Promise<PooledBrowser>) {
    this.browser = launch(this.#start.signal)
  }

  /** Why it takes no further lease, if so. */
  get retiredFor(): GoneReason | undefined {
    return this.#retiredFor
  }

  get isRetired(): boolean {
    return this.#retiredFor !== undefined
  }

  /** It takes no further lease. The first reason is the one that counts. */
  retire(reason: GoneReason): void {
    this.#retiredFor ??= reason
  }

  /** Ends all leases early. */
  loseLeases(error: Error): void {
    for (const lease of this.leases) lease.lose(error)
  }

  /** Ends a start that is under way. */
  giveUpStart(): void {
    if (!this.started) this.#start.abort()
  }
}
