import type { LeaseEnd } from './browser-lease.ts'
import type { GoneReason } from './browser-slot.ts'
import type { WaitEnd } from './lease-request.ts'

/** Is told what happens in a pool of browsers, for metrics: count, and do nothing else. */
export interface BrowserObserver {
  onBrowserStarted(): void
  /** A browser that had started has left the pool. */
  onBrowserGone(reason: GoneReason): void
  onStartFailed(): void
  /** Somebody waits for a context, until {@link onWaited}. */
  onWaiting(): void
  onWaited(end: WaitEnd, waitedMs: number): void
  /** A context is on loan, until {@link onReturned}. */
  onLeased(): void
  onReturned(end: LeaseEnd): void
}
