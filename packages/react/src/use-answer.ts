import { RequestError } from '@headway/client'
import type { JobSnapshot } from '@headway/client/jobs'
import { useMemo, useState } from 'react'
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

/** The answer to one asking of a question: under way, or taken, as long as there is no error. */
interface Sending {
  asking: string
  error: RequestError | null
}

/** {@link JobAnswering} for the question in a job's snapshot. */
export function useAnswer({ jobId, job, question }: JobSnapshot): JobAnswering {
  const client = useRealtimeClient()
  const [sending, setSending] = useState<Sending>()
  const name = question?.name
  // A question may be asked again by its name: in a later attempt, and with nothing of what was before.
  const asking = `${jobId} ${job?.attempt} ${name}`
  const current = sending?.asking === asking ? sending : undefined

  return useMemo(
    () => ({
      isAnswering: current?.error === null,
      answerError: current?.error ?? null,
      answer: async (value) => {
        if (name === undefined) throw new RequestError('conflict', `Job ${jobId} has no open question now.`)
        setSending({ asking, error: null })
        try {
          await client.answerJob(jobId, name, value)
        } catch (error) {
          // It throws nothing else.
          setSending({ asking, error: error as RequestError })
          throw error
        }
      },
    }),
    [client, jobId, name, asking, current],
  )
}
