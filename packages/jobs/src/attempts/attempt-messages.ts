import type { FinishedText } from '../artifacts/job-text.ts'
import type { Announcement } from '../transitions/transition.ts'
import { versionedPayload } from '../transitions/lifecycle-messages.ts'

/** Largest result that goes along in JOB_COMPLETED, in bytes of JSON: the message has room for little else beside it. */
const RESULT_MAX_BYTES = 49_152

/** JOB_STARTED: a worker holds the job. */
export const jobStarted: Announcement = (job) => ({
  type: 'JOB_STARTED',
  payload: { ...versionedPayload(job), attempt: job.attempt },
})

/** JOB_RUNNING; a first attempt goes on from nothing and says nothing of it. */
export function jobRunning(resume: { resumedFrom?: string; textOffset: number }): Announcement {
  return (job) => ({
    type: 'JOB_RUNNING',
    payload: {
      ...versionedPayload(job),
      attempt: job.attempt,
      ...(resume.resumedFrom !== undefined && { resumedFrom: resume.resumedFrom }),
      ...(job.attempt > 1 && { textOffset: resume.textOffset }),
    },
  })
}

/** JOB_COMPLETED. A result too large for a message stays in the job, and the message says where. */
export function jobCompleted(resultJson: string, text: FinishedText): Announcement {
  const bytes = Buffer.byteLength(resultJson)
  return (job) => ({
    type: 'JOB_COMPLETED',
    payload: {
      ...versionedPayload(job),
      attempt: job.attempt,
      result:
        bytes > RESULT_MAX_BYTES
          ? { pointer: `/api/jobs/${job.job_id}`, bytes }
          : (JSON.parse(resultJson) as unknown),
      durationMs: durationOf(job),
      ...sealOf(text),
    },
  })
}

/** JOB_FAILED, with what the change has set. */
export function jobFailed(text: FinishedText): Announcement {
  return (job) => ({
    type: 'JOB_FAILED',
    payload: {
      ...versionedPayload(job),
      attempt: job.attempt,
      error: job.error ?? '',
      code: job.error_code ?? 'internal',
      retryable: job.retryable ?? false,
      ...sealOf(text),
    },
  })
}

function durationOf(job: { started_at: Date | null; finished_at: Date | null }): number {
  if (job.started_at === null || job.finished_at === null) return 0
  return Math.max(0, job.finished_at.getTime() - job.started_at.getTime())
}

function sealOf({ textEnd, textSha256 }: FinishedText): { textEnd?: number; textSha256?: string } {
  return { ...(textEnd !== undefined && { textEnd }), ...(textSha256 !== undefined && { textSha256 }) }
}
