import type { OutgoingMessage, QueuedReason } from '@headway/events'
import type { JobRow } from '../database/database.ts'
import type { Announcement } from './transition.ts'

/** What every lifecycle payload begins with. */
export function versionedPayload(job: JobRow): { jobId: string; operationType: string; version: number } {
  return { jobId: job.job_id, operationType: job.operation_type, version: job.version }
}

/** JOB_CREATED, of a job that was just inserted. */
export function jobCreated(job: JobRow): OutgoingMessage<'JOB_CREATED'> {
  return { type: 'JOB_CREATED', payload: { ...versionedPayload(job), state: 'created' } }
}

/** JOB_QUEUED; `notBefore` is what the change has set. */
export function jobQueued(reason: QueuedReason): Announcement {
  return (job) => ({
    type: 'JOB_QUEUED',
    payload: {
      ...versionedPayload(job),
      reason,
      ...(job.not_before !== null && { notBefore: job.not_before.toISOString() }),
    },
  })
}

/** JOB_RESUMED; `fromStep` is the last completed step, where there is one. */
export function jobResumed(fromStep: string | undefined): Announcement {
  return (job) => ({
    type: 'JOB_RESUMED',
    payload: { ...versionedPayload(job), ...(fromStep !== undefined && { fromStep }) },
  })
}

/** JOB_CANCELLED, with what the request to cancel has left in the job, and the seal of its text. */
export const jobCancelled: Announcement = (job) => ({
  type: 'JOB_CANCELLED',
  payload: {
    ...versionedPayload(job),
    ...(job.cancel_reason !== null && { reason: job.cancel_reason }),
    ...(job.cancelled_by !== null && { by: job.cancelled_by }),
    ...(job.text_sha256 !== null && { textEnd: job.text_end, textSha256: job.text_sha256 }),
  },
})
