import type { JobMessage } from '@headway/client'
import type { QueueWait } from '@headway/client/jobs'
import { useJobProgress } from '@headway/react'
import type { JobView } from '@headway/events'
import { useQuery } from '@tanstack/react-query'
import { useApi } from '../lib/api-context.tsx'
import { isNotFound } from '../lib/api-error.ts'
import { queryKeys } from '../lib/query-keys.ts'

/** How often a job is asked for while the connection does not bring it, in milliseconds. */
const POLL_MS = 4_000

/** What the page shows of a job. */
export interface JobContent {
  job: JobView
  text: string
  events: readonly JobMessage[]
  /** Why the job is in the queue, where it has been heard. */
  queueWait: QueueWait | null
}

export type ShownJob =
  | { status: 'loading' }
  | { status: 'not-found' }
  | { status: 'failed'; error: Error; isRetrying: boolean; retry: () => void }
  | ({ status: 'shown' } & JobContent)

/**
 * The job to show: live as soon as the connection has brought it. Until then, and where no connection can be had,
 * it comes by REST, so that the page shows something true in any case.
 */
export function useShownJob(jobId: string): ShownJob {
  const api = useApi()
  const live = useJobProgress(jobId)
  const isLive = live.job !== undefined
  const fetched = useQuery({
    queryKey: queryKeys.job(jobId),
    queryFn: ({ signal }) => api.job(jobId, signal),
    enabled: !isLive,
    refetchInterval: ({ state }) => (isNotFound(state.error) ? false : POLL_MS),
  })
  const job = live.job ?? fetched.data
  if (job !== undefined) {
    const { text, events, queueWait } = live
    return { status: 'shown', job, text, events, queueWait: isLive ? queueWait : null }
  }
  if (live.loadError?.code === 'not_found' || isNotFound(fetched.error)) return { status: 'not-found' }
  if (fetched.error === null) return { status: 'loading' }
  return {
    status: 'failed',
    error: fetched.error,
    isRetrying: fetched.isFetching,
    retry: () => void fetched.refetch(),
  }
}
