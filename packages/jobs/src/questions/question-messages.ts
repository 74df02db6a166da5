import { versionedPayload } from '../transitions/lifecycle-messages.ts'
import type { Announcement } from '../transitions/transition.ts'
import type { Question } from './question.ts'

/** JOB_QUESTION: the job waits. */
export function jobQuestion({ name, prompt, schema }: Question): Announcement {
  return (job) => ({
    type: 'JOB_QUESTION',
    payload: { ...versionedPayload(job), question: name, prompt, schema },
  })
}

/** JOB_ANSWERED. The answer itself stays in the job. */
export function jobAnswered(question: string): Announcement {
  return (job) => ({ type: 'JOB_ANSWERED', payload: { ...versionedPayload(job), question } })
}
