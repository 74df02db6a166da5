import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { LeaseEnd } from '../browser/browser-lease.ts'
import type { BrowserObserver } from '../browser/browser-observer.ts'
import type { GoneReason } from '../browser/browser-slot.ts'
import type { WaitEnd } from '../browser/lease-request.ts'

const WAIT_SECONDS = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]
const GONE_REASONS: readonly GoneReason[] = ['leases', 'memory', 'stuck', 'crashed', 'unresponsive', 'closed']
const LEASE_ENDS: readonly LeaseEnd[] = ['released', 'expired', 'lost']
const WAIT_ENDS: readonly WaitEnd[] = ['leased', 'busy', 'aborted', 'failed']

/** Counts what happens to the browsers of this worker. Hand it to `startWorker({ browsers: { pool: { observer } } })`. */
export function createBrowserMetrics(registry: Registry): BrowserObserver {
  const registers = [registry]
  const running = new Gauge({
    name: 'headway_browsers',
    help: 'Browsers that run, those included that end after their last lease.',
    registers,
  })
  const gone = new Counter({
    name: 'headway_browsers_gone_total',
    help: 'Browsers that have left the pool, by reason: replaced in order, crashed, or killed because they did not answer.',
    labelNames: ['reason'],
    registers,
  })
  for (const reason of GONE_REASONS) gone.inc({ reason }, 0)
  const failedStarts = new Counter({
    name: 'headway_browser_starts_failed_total',
    help: 'Browsers that did not start.',
    registers,
  })
  const leased = new Gauge({
    name: 'headway_browser_contexts_leased',
    help: 'Browser contexts in use by jobs.',
    registers,
  })
  const leases = new Counter({
    name: 'headway_browser_leases_total',
    help: 'Leases of browser contexts that have ended: given back, taken back at the deadline, or lost with their browser or page.',
    labelNames: ['end'],
    registers,
  })
  for (const end of LEASE_ENDS) leases.inc({ end }, 0)
  const waiting = new Gauge({
    name: 'headway_browser_waiters',
    help: 'Jobs that wait for a browser context.',
    registers,
  })
  const waits = new Histogram({
    name: 'headway_browser_wait_seconds',
    help: 'Time that jobs have waited for a browser context, the start of a browser included, by how the wait ended.',
    labelNames: ['end'],
    buckets: WAIT_SECONDS,
    registers,
  })
  for (const end of WAIT_ENDS) waits.zero({ end })
  return {
    onBrowserStarted: () => running.inc(),
    onBrowserGone(reason) {
      running.dec()
      gone.inc({ reason })
    },
    onStartFailed: () => failedStarts.inc(),
    onWaiting: () => waiting.inc(),
    onWaited(end, waitedMs) {
      waiting.dec()
      waits.observe({ end }, waitedMs / 1_000)
    },
    onLeased: () => leased.inc(),
    onReturned(end) {
      leased.dec()
      leases.inc({ end })
    },
  }
}
