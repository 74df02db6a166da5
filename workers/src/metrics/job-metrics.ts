import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { JobObserver } from '../processor/job-observer.ts'

const WAIT_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800]
const ATTEMPT_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800, 7200]

/** Counts what becomes of jobs on this worker. Hand it to `startWorker({ jobObserver })`. */
export function createJobMetrics(registry: Registry): JobObserver {
  const registers = [registry]
  const running = new Gauge({
    name: 'headway_worker_jobs_running',
    help: 'Jobs that this worker holds, those that wait for a browser included.',
    labelNames: ['type'],
    registers,
  })
  const attempts = new Counter({
    name: 'headway_worker_attempts_total',
    help: 'Attempts that have ended on this worker, by what the job has come to: its end, or why it is queued again.',
    labelNames: ['type', 'end'],
    registers,
  })
  const durations = new Histogram({
    name: 'headway_worker_attempt_duration_seconds',
    help: 'Time from the claim of a job to the end of the attempt.',
    labelNames: ['type'],
    buckets: ATTEMPT_SECONDS,
    registers,
  })
  const waits = new Histogram({
    name: 'headway_worker_queue_wait_seconds',
    help: 'Time that turns have waited in the queue beyond their earliest time, until this worker took them.',
    buckets: WAIT_SECONDS,
    registers,
  })
  const steps = new Counter({
    name: 'headway_worker_steps_total',
    help: 'Steps that have run on this worker, by how they ended.',
    labelNames: ['status'],
    registers,
  })
  for (const status of ['completed', 'failed']) steps.inc({ status }, 0)
  const failedRenewals = new Counter({
    name: 'headway_worker_lease_renewals_failed_total',
    help: 'Times that the leases of the running jobs could not be renewed. Some in a row, and the jobs are lost to other workers.',
    registers,
  })
  return {
    onTaken: (waitedMs) => waits.observe(waitedMs / 1_000),
    onAttemptStarted: (type) => running.inc({ type }),
    onAttemptEnded(type, end, durationMs) {
      running.dec({ type })
      attempts.inc({ type, end })
      durations.observe({ type }, durationMs / 1_000)
    },
    onStep: (status) => steps.inc({ status }),
    onRenewalFailed: () => failedRenewals.inc(),
  }
}
