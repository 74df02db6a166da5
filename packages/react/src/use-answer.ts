import { RequestError, isRequestError } from '@headway/client'
import type { JobSnapshot } from '@headway/client/jobs'
import { useCallback, useMemo, useState } from 'react'
import { useRealtimeClient } from './realtime-provider.tsx'

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

/** How the answer to one asking of a question goes. */
interface Sending {
  asking: string
  error: RequestError | null
  isDone: boolean
}

/** {@link JobAnswering} for the question in a job's snapshot. */
export function useAnswer({ jobId, job, question }: JobSnapshot): JobAnswering {
  const client = useRealtimeClient()
  const [sending, setSending] = useState<Sending>()
  const name = question?.name
  // A question may be asked again by its name: in a later attempt, and with nothing of what was before.
  const asking = `${jobId} ${job?.attempt ?? 0} ${name ?? ''}`

  const answer = useCallback(
    async (value: unknown): Promise<void> => {
      if (name === undefined) throw new RequestError('conflict', `Job ${jobId} has no open question now.`)
      setSending({ asking, error: null, isDone: false })
      try {
        await client.answerJob(jobId, name, value)
      } catch (error) {
        setSending({ asking, error: isRequestError(error) ? error : null, isDone: true })
        throw error
      }
    },
    [client, jobId, name, asking],
  )
  const current = sending?.asking === asking ? sending : undefined
  const isAnswering = current !== undefined && !current.isDone
  const answerError = current?.error ?? null
  return useMemo(() => ({ answer, isAnswering, answerError }), [answer, isAnswering, answerError])
}
