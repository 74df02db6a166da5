import type { PublishRefusal } from '@headway/event-log'
import type { Counter, Registry } from 'prom-client'
import { counter } from './metric.ts'

const REFUSALS: readonly PublishRefusal[] = ['oom', 'readonly', 'misconf', 'away', 'other']

/** What Redis did not take: messages of the log, turns of the queue. All of it waits in the outbox. */
export function publishRefusals(registry: Registry): Counter<'kind' | 'reason'> {
  const refusals = counter(registry, {
    name: 'headway_publish_refused_total',
    help: 'Messages and turns in the queue that Redis did not take, by reason. Each try counts.',
    labelNames: ['kind', 'reason'],
  })
  for (const kind of ['message', 'dispatch']) {
    for (const reason of REFUSALS) refusals.inc({ kind, reason }, 0)
  }
  return refusals
}
