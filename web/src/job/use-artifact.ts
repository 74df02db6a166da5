import { useQuery } from '@tanstack/react-query'
import { useApi } from '../lib/api-context.tsx'
import { queryKeys } from '../lib/query-keys.ts'

/** The bytes of an artifact, fetched with the user's token and kept while the page is open; they never change. */
export function useArtifact(jobId: string, artifactId: string) {
  const api = useApi()
  return useQuery({
    queryKey: queryKeys.artifact(jobId, artifactId),
    queryFn: ({ signal }) => api.artifact(jobId, artifactId, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 60_000,
  })
}
