import type { EventLogObserver } from '@headway/event-log'
import type { Registry } from 'prom-client'
import { histogram } from './metric.ts'
import { publishRefusals } from './publish-refusals.ts'

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Counts what becomes of appends. Hand it to `new EventLog(redis, { observer })`. */
export function createEventLogMetrics(registry: Registry): EventLogObserver {
  const appends = histogram(registry, {
    name: 'headway_append_duration_seconds',
    help: 'Time of the script that numbers, stores and publishes a message, the way to Redis and back included.',
    labelNames: ['outcome'],
    buckets: SECONDS,
  })
  const refusals = publishRefusals(registry)
  return {
    onAppend: (outcome, durationMs) => appends.observe({ outcome }, durationMs / 1_000),
    onRefused: (reason) => refusals.inc({ kind: 'message', reason }),
  }
}
