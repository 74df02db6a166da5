import {
  isTerminalState,
  type JobState,
  type JobView,
  type MessagePayloads,
  type QuestionView,
} from '@headway/events'
import type { JobMessage, JobNews } from './job-message.ts'

/** Where each lifecycle message says that its job stands. */
const STATES: Partial<Record<string, JobState>> = {
  JOB_CREATED: 'created',
  JOB_QUEUED: 'queued',
  JOB_ANSWERED: 'queued',
  JOB_RESUMED: 'queued',
  JOB_STARTED: 'running',
  JOB_RUNNING: 'running',
  JOB_QUESTION: 'waiting',
  JOB_COMPLETED: 'completed',
  JOB_FAILED: 'failed',
  JOB_CANCELLED: 'cancelled',
}

/**
 * What a lifecycle message says about its job; undefined for a message of another kind. What it does not tell of an
 * outcome or a question there is none of: both end with whatever the job does next, also where the message that said so
 * has not come.
 */
export function lifecyclePatch(job: JobView, message: JobMessage): Partial<JobView> | undefined {
  const state = STATES[message.type]
  const {
    operationType,
    version = 0,
    attempt = 0,
    result = null,
    error = null,
    code: errorCode = null,
  }: JobNews = message.payload
  if (!state || version <= job.version) return undefined
  const isEnded = isTerminalState(state)
  return {
    operationType,
    version,
    state,
    // Progress counts anew in a new attempt; what it showed stays until the attempt says more.
    ...(attempt > job.attempt && { attempt, progressN: 0 }),
    cancelRequested: job.cancelRequested && !isEnded,
    result,
    error,
    errorCode,
    question: message.type === 'JOB_QUESTION' ? questionOf(message.payload) : null,
    startedAt: state === 'running' ? (job.startedAt ?? message.timestamp) : job.startedAt,
    finishedAt: isEnded ? message.timestamp : null,
  }
}

function questionOf({ question: name, prompt, schema }: MessagePayloads['JOB_QUESTION']): QuestionView {
  return { name, prompt, schema }
}
