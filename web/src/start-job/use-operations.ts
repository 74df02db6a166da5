import { useQuery } from '@tanstack/react-query'
import { useApi } from '../lib/api-context.tsx'
import { queryKeys } from '../lib/query-keys.ts'

/** How long a list without any operation is believed, in milliseconds: a worker may be starting right now. */
const EMPTY_RECHECK_MS = 3_000

/** How long a list is believed, in milliseconds: an operation becomes unavailable without any event. */
const RECHECK_MS = 30_000

/** The kinds of work that this deployment runs. */
export function useOperations() {
  const api = useApi()
  return useQuery({
    queryKey: queryKeys.operations,
    queryFn: ({ signal }) => api.operations(signal),
    staleTime: 10_000,
    refetchInterval: ({ state }) => {
      const isUsable = state.data?.some(({ available }) => available) ?? false
      return isUsable ? RECHECK_MS : EMPTY_RECHECK_MS
    },
  })
}
