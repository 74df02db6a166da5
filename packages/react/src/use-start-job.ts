import type { RequestError } from '@headway/client'
import { startJob, type StartJobOptions } from '@headway/client/jobs'
import type { JobView } from '@headway/events'
import { useMemo, useState } from 'react'
import { followCall, type Call } from './follow-call.ts'
import { useRealtimeClient } from './realtime-provider.ts'

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

/**
 * Starts jobs of a type.
 *
 * @example
 * const { start, jobId, isPending, error } = useStartJob('rehearse')
 * <button disabled={isPending} onClick={() => void start({ steps: 5, stepMs: 500 }).catch(() => {})}>Start</button>
 */
export function useStartJob(type: string): StartJob {
  const client = useRealtimeClient()
  const [last, setLast] = useState<Call<JobView>>()
  // Of starts that no job was the answer to yet, by what was to be started.
  const [keys] = useState(() => new Map<string, string>())

  const actions = useMemo<Pick<StartJob, 'start' | 'reset'>>(
    () => ({
      start: async (input = {}, options = {}) => {
        const body = JSON.stringify([type, input])
        // Unique among those of one user and day, which is what it has to be.
        const ownKey = keys.get(body) ?? `${Date.now()}-${Math.random()}`
        keys.set(body, ownKey)
        const { idempotencyKey = ownKey } = options
        const job = await followCall(setLast, startJob(client, type, input, { idempotencyKey }))
        keys.delete(body)
        return job
      },
      reset: () => setLast(undefined),
    }),
    [client, type, keys],
  )
  return useMemo(
    () => ({
      ...actions,
      jobId: last?.result?.jobId ?? null,
      isPending: last !== undefined && !last.result && !last.error,
      error: last?.error ?? null,
    }),
    [actions, last],
  )
}
