import type { JobView, QueuedReason } from '@headway/events'
import type { JobMessage } from './job-message.ts'

/** Why a job is in the queue. */
export interface QueueWait {
  readonly reason: QueuedReason
  /** The job is not taken before this time, ISO-8601. */
  readonly notBefore?: string
}

/**
 * Why the job is in the queue, which its newest message has told; null in any other state, and where the message came
 * before anybody listened: a snapshot does not say it.
 */
export function queueWaitOf(job: JobView, events: readonly JobMessage[]): QueueWait | null {
  if (job.state !== 'queued') return null
  const newest = events.findLast((message) => message.type === 'JOB_QUEUED')
  return newest?.payload.version === job.version ? newest.payload : null
}
