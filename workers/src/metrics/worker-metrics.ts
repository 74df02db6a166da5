import type { EventLogObserver } from '@headway/event-log'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { BrowserObserver } from '../browser/browser-observer.ts'
import type { JobObserver } from '../processor/job-observer.ts'
import { createBrowserMetrics } from './browser-metrics.ts'
import { createEventLogMetrics } from './event-log-metrics.ts'
import { createJobMetrics } from './job-metrics.ts'

/** All that one worker process counts, and where it is read. */
export interface WorkerMetrics {
  readonly registry: Registry
  readonly jobs: JobObserver
  readonly browsers: BrowserObserver
  readonly eventLog: EventLogObserver
}

/** A registry of this worker's own, with what Node says of the process: memory, CPU, the lag of the event loop. */
export function createWorkerMetrics(): WorkerMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    jobs: createJobMetrics(registry),
    browsers: createBrowserMetrics(registry),
    eventLog: createEventLogMetrics(registry),
  }
}
