import type { Relay } from '../outbox/relay.ts'
import type { Reconciler } from '../queue/reconciler.ts'
import type { Retention } from '../retention/retention.ts'
import { MAINTENANCE_TASKS, type MaintenanceQueue, type MaintenanceTask } from './maintenance-queue.ts'

export interface MaintenanceParts {
  relay: Pick<Relay, 'sweepIfDue'>
  reconciler: Pick<Reconciler, 'run'>
  retention: Pick<Retention, 'run' | 'removeOrphans'>
  queue: Pick<MaintenanceQueue, 'request'>
}

/** What the tasks of the {@link MaintenanceQueue} do. Each one is short, so that none waits long for another. */
export class Maintenance {
  readonly #parts: MaintenanceParts

  constructor(parts: MaintenanceParts) {
    this.#parts = parts
  }

  /** Does a task once, or a part of it where there is much to do. */
  async run(task: MaintenanceTask): Promise<void> {
    const { relay, reconciler, retention, queue } = this.#parts
    switch (task) {
      case 'outbox':
        return relay.sweepIfDue()
      case 'reconcile':
        return reconciler.run()
      case 'retention':
        // There is more: behind the other tasks, which wait meanwhile.
        if (!(await retention.run())) await queue.request('retention')
        return
      case 'orphans':
        return retention.removeOrphans()
      default:
        task satisfies never
    }
  }
}

/** For entries of a queue that an older or newer version may have filled. */
export function isMaintenanceTask(name: string): name is MaintenanceTask {
  return (MAINTENANCE_TASKS as readonly string[]).includes(name)
}
