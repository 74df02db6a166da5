import type { JobView, QueuedReason } from '@headway/events'
import type { JobMessage } from './job-message.ts'

/** Why a job is in the queue. */
export interface QueueWait {
  readonly reason: QueuedReason
  /** The job is not taken before this time, ISO-8601. */
  readonly notBefore?: string
}

/**
 * Why the job is in the queue: what the message says that put it there, which has the version of the job as long as it
 * is in the queue. Null where that came before anybody listened: a snapshot does not say it.
 */
export function queueWaitOf({ version }: JobView, events: readonly JobMessage[]): QueueWait | null {
  const queued = events.findLast((message) => message.type === 'JOB_QUEUED')
  return queued?.payload.version === version ? queued.payload : null
}
