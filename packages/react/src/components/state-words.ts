import type { JobSnapshot } from '@headway/client/jobs'
import type { Texts } from './texts.ts'

/** The state of a job in a word or two. */
export function stateWords({ state, job }: Pick<JobSnapshot, 'state' | 'job'>, texts: Texts): string {
  if (state === undefined) return texts.loading
  return job?.cancelRequested ? texts.cancelling : texts.states[state]
}
