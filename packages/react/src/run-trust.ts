import type { JobSnapshot } from '@headway/client/jobs'

/** How far what a hook shows of a run can be trusted. */
export type RunTrust = Pick<JobSnapshot, 'isLoading' | 'loadError' | 'freshness' | 'staleSince'>

export function trustOf({ isLoading, loadError, freshness, staleSince }: JobSnapshot): RunTrust {
  return { isLoading, loadError, freshness, staleSince }
}
