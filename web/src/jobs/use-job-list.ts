import { useInfiniteQuery } from '@tanstack/react-query'
import { useApi } from '../lib/api-context.tsx'
import type { JobFilter, JobPage } from '../lib/headway-api.ts'
import { queryKeys } from '../lib/query-keys.ts'

/** The user's jobs, newest first, page by page. Events keep it true; see `LiveJobLists`. */
export function useJobList(filter: JobFilter) {
  const api = useApi()
  return useInfiniteQuery({
    queryKey: queryKeys.jobList(filter),
    queryFn: ({ pageParam, signal }): Promise<JobPage> => api.listJobs(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
  })
}
