import type { RequestError } from '@headway/client'
import { startJob, type StartJobOptions } from '@headway/client/jobs'
import type { JobView } from '@headway/events'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useRealtimeClient } from './realtime-provider.tsx'

/** A way to start jobs of one type, and what became of the last start. */
export interface StartJob {
  /**
   * Starts a job. Called once more with the same input after an answer was lost, it uses the same key, so that there is
   * one job and not two. Rejects with a `RequestError`, which is in `error` too.
   */
  start: (input?: Readonly<Record<string, unknown>>, options?: StartJobOptions) => Promise<JobView>
  /** The job that was started last. */
  jobId: string | null
  /** A start is under way: a button is to be disabled. */
  isPending: boolean
  /** Why the last start was refused. */
  error: RequestError | null
  /** Forgets the last start. */
  reset: () => void
}

type Outcome = Pick<StartJob, 'jobId' | 'isPending' | 'error'>

const NOTHING: Outcome = { jobId: null, isPending: false, error: null }

/**
 * Starts jobs of a type.
 *
 * @example
 * const { start, jobId, isPending, error } = useStartJob('rehearse')
 * <button disabled={isPending} onClick={() => void start({ steps: 5, stepMs: 500 }).catch(() => {})}>Start</button>
 */
export function useStartJob(type: string): StartJob {
  const client = useRealtimeClient()
  const [outcome, setOutcome] = useState(NOTHING)
  const unanswered = useRef<Unanswered>(undefined)
  // What an older start or one before a reset answers is not shown.
  const newest = useRef({})

  const start = useCallback<StartJob['start']>(
    async (input = {}, options = {}) => {
      const turn = (newest.current = {})
      const show = (next: Outcome): void => {
        if (newest.current === turn) setOutcome(next)
      }
      const body = JSON.stringify([type, input])
      const lastKey = unanswered.current?.body === body ? unanswered.current.key : undefined
      const key = options.idempotencyKey ?? lastKey ?? newIdempotencyKey()
      unanswered.current = { body, key }
      show({ ...NOTHING, isPending: true })
      try {
        const job = await startJob(client, type, input, { idempotencyKey: key })
        unanswered.current = undefined
        show({ ...NOTHING, jobId: job.jobId })
        return job
      } catch (error) {
        // It throws nothing else.
        const refusal = error as RequestError
        if (!isWithoutAnswer(refusal)) unanswered.current = undefined
        show({ ...NOTHING, error: refusal })
        throw refusal
      }
    },
    [client, type],
  )
  const reset = useCallback(() => {
    newest.current = {}
    setOutcome(NOTHING)
  }, [])
  return useMemo(() => ({ ...outcome, start, reset }), [outcome, start, reset])
}

/** A start that may have reached the server. */
interface Unanswered {
  body: string
  key: string
}

function isWithoutAnswer({ code }: RequestError): boolean {
  return code === 'unavailable' || code === 'internal'
}

/** Works on pages without TLS too, where `crypto.randomUUID` does not. */
function newIdempotencyKey(): string {
  return crypto.getRandomValues(new Uint32Array(4)).join('-')
}
