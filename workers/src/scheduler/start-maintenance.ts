import type { Logger } from '@headway/event-log'
import type { JobEngine } from '@headway/jobs'
import type { Redis } from 'ioredis'
import { MaintenanceConsumer } from './maintenance-consumer.ts'
import { MaintenanceScheduler } from './maintenance-scheduler.ts'

export interface MaintenanceOptions {
  engine: Pick<JobEngine, 'maintenance' | 'maintenanceQueue'>
  /** A connection that waits for Redis while it is away (role `queue`). */
  redis: Redis
  logger: Logger
}

/** Takes part in the periodic work of the deployment until it is closed. */
export async function startMaintenance({ engine, redis, logger }: MaintenanceOptions) {
  const { maintenance, maintenanceQueue: queue } = engine
  const consumer = new MaintenanceConsumer({ queueName: queue.name, redis, maintenance, logger })
  const scheduler = new MaintenanceScheduler({ queue, logger })
  await consumer.ready()
  scheduler.start()
  return {
    async close(): Promise<void> {
      await Promise.all([scheduler.stop(), consumer.close()])
    },
  }
}
