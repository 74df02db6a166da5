import type { EventLogObserver } from '@headway/event-log'
import type { RelayObserver, ReportObserver } from '@headway/jobs'
import { collectDefaultMetrics, Registry } from 'prom-client'
import type { RealtimeObserver } from '../realtime/realtime-observer.ts'
import { createEventLogMetrics } from './event-log-metrics.ts'
import { createRealtimeMetrics } from './realtime-metrics.ts'
import { createRelayMetrics } from './relay-metrics.ts'
import { createReportMetrics } from './report-metrics.ts'

/** All that one server process counts, and where it is read. */
export interface ServerMetrics {
  readonly registry: Registry
  readonly eventLog: EventLogObserver
  readonly relay: RelayObserver
  readonly reports: ReportObserver
  readonly realtime: RealtimeObserver
}

/** A registry of this server's own, with what Node says of the process: memory, CPU, the lag of the event loop. */
export function createServerMetrics(): ServerMetrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    eventLog: createEventLogMetrics(registry),
    relay: createRelayMetrics(registry),
    reports: createReportMetrics(registry),
    realtime: createRealtimeMetrics(registry),
  }
}
