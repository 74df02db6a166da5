import type { RelayObserver } from '@headway/jobs'
import type { Registry } from 'prom-client'
import { histogram } from './metric.ts'
import { publishRefusals } from './publish-refusals.ts'

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300]

/** Counts what the relay publishes. Hand it to `openJobs({ relayObserver })`. */
export function createRelayMetrics(registry: Registry): RelayObserver {
  const latency = histogram(registry, {
    name: 'headway_publish_latency_seconds',
    help: 'Time from the start of the transaction that wrote a message or a turn until Redis had it, by this process.',
    labelNames: ['kind'],
    buckets: SECONDS,
  })
  const refusals = publishRefusals(registry)
  return {
    onPublished: (kind, waitedMs) => latency.observe({ kind }, waitedMs / 1_000),
    onDispatchRefused: (reason) => refusals.inc({ kind: 'dispatch', reason }),
  }
}
