import type { RequestError } from '@headway/client'
import type { JobSnapshot } from '@headway/client/jobs'
import type { Texts } from './texts.ts'

/** The state of a job in a word or two, or why it is not known. */
export function stateWords(
  { state, job, loadError }: Pick<JobSnapshot, 'state' | 'job' | 'loadError'>,
  texts: Texts,
): string {
  if (state !== undefined) return job?.cancelRequested ? texts.cancelling : texts.states[state]
  return loadError ? loadFailureWords(loadError, texts) : texts.loading
}

/** Why a job can't be shown. */
function loadFailureWords({ code, message }: RequestError, texts: Texts): string {
  return code === 'not_found' ? texts.jobNotFound : `${texts.loadFailed} ${message}`
}
