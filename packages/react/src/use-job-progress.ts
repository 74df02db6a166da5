import { jobStore, type JobSnapshot } from '@headway/client/jobs'
import type { JobState, JobView } from '@headway/events'
import { useMemo } from 'react'
import { useRealtimeClient } from './realtime-provider.tsx'
import { useAnswer, type JobAnswering } from './use-answer.ts'
import { useStore } from './use-store.ts'

/** What can be done to a job; each rejects with a `RequestError`. */
export interface JobActions {
  /** Asks for the end of the job. A running one ends when its worker has cleaned up. */
  cancel: () => Promise<{ state: JobState }>
  /** Puts a failed or cancelled job back to work, after its last completed step. */
  resume: () => Promise<JobView>
}

/** A job as it is now, and what can be done about it. */
export type JobProgress = JobSnapshot & JobActions & JobAnswering

/**
 * A job as it is now, followed as long as the component is mounted. It never shows `running` for a job that has ended,
 * however mounting, ending and connecting were ordered; `freshness` tells how far the rest can be trusted.
 *
 * @example
 * const { state, progress, label, cancel } = useJobProgress(jobId)
 */
export function useJobProgress(jobId: string): JobProgress {
  const client = useRealtimeClient()
  const snapshot = useStore(jobStore(client, jobId))
  const actions = useMemo<JobActions>(
    () => ({
      cancel: () => client.cancelJob(jobId),
      resume: () => client.resumeJob(jobId),
    }),
    [client, jobId],
  )
  const answering = useAnswer(snapshot)
  return useMemo(() => ({ ...snapshot, ...actions, ...answering }), [snapshot, actions, answering])
}
