import { jobsListStore, type JobsFilter, type JobsListSnapshot } from '@headway/client/jobs'
import { useMemo } from 'react'
import { useRealtimeClient } from './realtime-provider.ts'
import { useStore } from './use-store.ts'

export interface Jobs extends JobsListSnapshot {
  /** Loads the next page, if there is one. Never rejects: what goes wrong is `error`. */
  loadMore: () => Promise<void>
  /** Loads the list anew, as far as it was loaded. Never rejects. */
  refresh: () => Promise<void>
}

/**
 * The user's jobs that match a filter, newest first, page by page. The list updates itself: new jobs appear, states and
 * progress move, and what no longer matches leaves. What could not be loaded is asked for again by itself.
 *
 * @example
 * const { jobs, isLoading, error, hasMore, loadMore } = useJobs({ state: 'running' })
 */
export function useJobs(filter: JobsFilter = {}): Jobs {
  const list = jobsListStore(useRealtimeClient(), filter)
  const snapshot = useStore(list)
  return useMemo(() => ({ ...snapshot, loadMore: list.loadMore, refresh: list.reload }), [snapshot, list])
}
