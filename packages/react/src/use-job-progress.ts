import { RequestError } from '@headway/client'
import { jobStore, type JobSnapshot } from '@headway/client/jobs'
import type { JobState, JobView } from '@headway/events'
import { useMemo, useState } from 'react'
import { followCall, type Call } from './follow-call.ts'
import { useRealtimeClient } from './realtime-provider.ts'
import { useStore } from './use-store.ts'

/** What can be done to a job; each rejects with a `RequestError`. */
export interface JobActions {
  /** Asks for the end of the job. A running one ends when its worker has cleaned up. */
  cancel: () => Promise<{ state: JobState }>
  /** Puts a failed or cancelled job back to work, after its last completed step. */
  resume: () => Promise<JobView>
}

/** Answering the open question of a job. */
export interface JobAnswering {
  /**
   * Answers the question that is shown with it. A question that was answered meanwhile, on another device, is a
   * `conflict`, so that an answer never reaches the next question; `bad_request` says what is wrong with the value.
   * Rejects with a `RequestError`, which is in `answerError` too.
   */
  answer: (value: unknown) => Promise<void>
  /** The answer is under way, or taken and the question not gone yet: a form is to be disabled. */
  isAnswering: boolean
  /** Why the last answer to this question was not taken. */
  answerError: RequestError | null
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
  const [last, setLast] = useState<Call<void>>()
  const name = snapshot.question?.name
  // A question may be asked again by its name: in a later attempt, and with nothing of what was before.
  const asking = `${jobId} ${snapshot.job?.attempt} ${name}`
  const current = last?.subject === asking ? last : undefined

  const actions = useMemo<JobActions & Pick<JobAnswering, 'answer'>>(
    () => ({
      cancel: () => client.cancelJob(jobId),
      resume: () => client.resumeJob(jobId),
      answer: async (value) => {
        if (name === undefined) throw new RequestError('conflict', 'There is no open question.')
        await followCall(setLast, client.answerJob(jobId, name, value), asking)
      },
    }),
    [client, jobId, name, asking],
  )
  return useMemo(
    () => ({
      ...snapshot,
      ...actions,
      isAnswering: current !== undefined && !current.error,
      answerError: current?.error ?? null,
    }),
    [snapshot, actions, current],
  )
}
