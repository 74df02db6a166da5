import { useQuery } from '@tanstack/react-query'
import { useApi } from '../lib/api-context.tsx'
import { queryKeys } from '../lib/query-keys.ts'

interface EarlierInput {
  isPending: boolean
  /** Undefined where there is no earlier job, or it can't be had: the form then begins with the defaults. */
  input: Readonly<Record<string, unknown>> | undefined
}

/** The input of the job that is to be started again. */
export function useEarlierInput(jobId: string | null): EarlierInput {
  const api = useApi()
  const job = useQuery({
    queryKey: queryKeys.job(jobId ?? ''),
    queryFn: ({ signal }) => api.job(jobId ?? '', signal),
    enabled: jobId !== null,
    staleTime: Number.POSITIVE_INFINITY,
  })
  return { isPending: jobId !== null && job.isPending, input: job.data?.input }
}
