import type { QueuedReason } from '@headway/events'
import type { Transaction } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import { jobQueued } from './lifecycle-messages.ts'
import { transition, type Announcement, type Transition } from './transition.ts'

export interface Enqueueing extends Omit<Transition, 'to' | 'messages'> {
  reason: QueuedReason
  /** The job is not taken before this time. */
  notBefore?: Date
  /** Announced before JOB_QUEUED (JOB_RESUMED). */
  before?: readonly Announcement[]
}

/** The {@link transition} into the queue, whatever leads there: JOB_QUEUED with the reason, then the turn itself. */
export function enqueue(
  trx: Transaction<Database>,
  { reason, notBefore, before = [], set, ...change }: Enqueueing,
): Promise<JobRow | undefined> {
  return transition(trx, {
    ...change,
    to: 'queued',
    set: { ...set, queued_reason: reason, not_before: notBefore ?? null },
    messages: [...before, jobQueued(reason)],
  })
}
