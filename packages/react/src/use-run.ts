import { jobStore, type JobSnapshot } from '@headway/client/jobs'
import { useState } from 'react'
import { keepEqual } from './keep-equal.ts'
import { useRealtimeClient } from './realtime-provider.ts'
import { useStore } from './use-store.ts'

/** How far what a hook shows of a run can be trusted. */
export type RunTrust = Pick<JobSnapshot, 'isLoading' | 'loadError' | 'freshness' | 'staleSince'>

/** A part of a run, with how far it can be trusted: the same object, and no new render, until something in it has changed. */
export function useRun<TPart extends object>(
  runId: string,
  select: (run: JobSnapshot) => TPart,
): TPart & RunTrust {
  const store = jobStore(useRealtimeClient(), runId)
  const [keep] = useState(keepEqual<TPart & RunTrust>)
  return useStore(store, (run) => {
    const { isLoading, loadError, freshness, staleSince } = run
    return keep({ ...select(run), isLoading, loadError, freshness, staleSince })
  })
}
