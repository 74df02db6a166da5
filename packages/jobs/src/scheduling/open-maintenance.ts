import type { Logger } from '@headway/event-log'
import type { Redis } from 'ioredis'
import { Retention, type RetentionParts } from '../retention/retention.ts'
import { MaintenanceQueue } from './maintenance-queue.ts'
import { Maintenance, type MaintenanceParts } from './maintenance.ts'

const RETENTION_INTERVAL_MS = 5 * 60_000
const ORPHANS_INTERVAL_MS = 3_600_000
/** An entry of a queue is more work than most sweeps: where they are to come more often, the timers of the processes see to it. */
const SHORTEST_SWEEP_INTERVAL_MS = 1_000

export type OpenMaintenanceOptions = RetentionParts &
  Pick<MaintenanceParts, 'relay' | 'reconciler'> & {
    redis: Redis
    /** Of the queue of jobs. */
    queueName: string
    logger: Logger
    sweepIntervalMs?: number | undefined
    reconcileIntervalMs?: number | undefined
  }

/** Makes what the periodic work of a deployment needs. Nothing runs by itself. */
export function openMaintenance(options: OpenMaintenanceOptions) {
  const { sweepIntervalMs = 2_000, reconcileIntervalMs = 30_000 } = options
  const retention = new Retention(options)
  const maintenanceQueue = new MaintenanceQueue({
    ...options,
    intervals: {
      outbox: Math.max(SHORTEST_SWEEP_INTERVAL_MS, sweepIntervalMs),
      reconcile: reconcileIntervalMs,
      retention: RETENTION_INTERVAL_MS,
      orphans: ORPHANS_INTERVAL_MS,
    },
  })
  const maintenance = new Maintenance({ ...options, retention, queue: maintenanceQueue })
  return { retention, maintenance, maintenanceQueue }
}
