import type { JobState, JobView } from '@headway/events'
import type { JobMessage } from './job-message.ts'

/** What a new turn of a job makes of the last one's outcome. */
const NO_OUTCOME = { result: null, error: null, errorCode: null, finishedAt: null } as const

/**
 * What a lifecycle message says about its job; undefined for a message of another kind. A question is open for as long
 * as the job is `waiting`: whatever else the job does ends it, also where the message that said so has not come.
 */
export function lifecyclePatch(job: JobView, message: JobMessage): Partial<JobView> | undefined {
  const patch = statePatch(job, message)
  return patch && { question: null, ...patch }
}

function statePatch(job: JobView, message: JobMessage): Partial<JobView> | undefined {
  switch (message.type) {
    case 'JOB_CREATED':
      return { state: message.payload.state, createdAt: job.createdAt || message.timestamp }
    case 'JOB_QUEUED':
    case 'JOB_ANSWERED':
    case 'JOB_RESUMED':
      return { state: 'queued', ...NO_OUTCOME }
    case 'JOB_STARTED':
      return {
        state: 'running',
        ...attemptPatch(job, message.payload.attempt),
        startedAt: job.startedAt ?? message.timestamp,
      }
    case 'JOB_RUNNING':
      return { state: 'running', ...attemptPatch(job, message.payload.attempt) }
    case 'JOB_QUESTION': {
      const { question: name, prompt, schema } = message.payload
      return { state: 'waiting', question: { name, prompt, schema } }
    }
    case 'JOB_COMPLETED':
      return { ...endPatch('completed', message), result: message.payload.result }
    case 'JOB_FAILED': {
      const { error, code: errorCode } = message.payload
      return { ...endPatch('failed', message), error, errorCode }
    }
    case 'JOB_CANCELLED':
      return endPatch('cancelled', message)
    case 'JOB_PROGRESS':
    case 'JOB_STEP':
    case 'JOB_CHUNK':
    case 'JOB_CHECKPOINT':
    case 'JOB_ARTIFACT':
    // And whatever an application added.
    default:
      return undefined
  }
}

function endPatch(state: JobState, { timestamp: finishedAt }: JobMessage): Partial<JobView> {
  return { state, cancelRequested: false, finishedAt }
}

/** Progress counts anew in a new attempt; what it showed stays until the attempt says more. */
function attemptPatch(job: JobView, attempt: number): Partial<JobView> {
  return attempt > job.attempt ? { attempt, progressN: 0 } : {}
}
