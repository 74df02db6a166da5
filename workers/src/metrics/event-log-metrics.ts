import type { EventLogObserver } from '@headway/event-log'
import { Counter, Histogram, type Registry } from 'prom-client'

const SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]

/** Counts what becomes of the messages that this worker publishes, under the names that servers have for theirs. Hand it to `startWorker({ eventLog: { observer } })`. */
export function createEventLogMetrics(registry: Registry): EventLogObserver {
  const registers = [registry]
  const appends = new Histogram({
    name: 'headway_append_duration_seconds',
    help: 'Time of the script that numbers, stores and publishes a message, the way to Redis and back included.',
    labelNames: ['outcome'],
    buckets: SECONDS,
    registers,
  })
  const refusals = new Counter({
    name: 'headway_publish_refused_total',
    help: 'Messages that Redis did not take, by reason. Each try counts.',
    labelNames: ['kind', 'reason'],
    registers,
  })
  for (const reason of ['oom', 'readonly', 'misconf', 'away', 'other']) {
    refusals.inc({ kind: 'message', reason }, 0)
  }
  return {
    onAppend: (outcome, durationMs) => appends.observe({ outcome }, durationMs / 1_000),
    onRefused: (reason) => refusals.inc({ kind: 'message', reason }),
  }
}
