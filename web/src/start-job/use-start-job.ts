import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { useApi } from '../lib/api-context.tsx'
import { queryKeys } from '../lib/query-keys.ts'
import { IdempotencyKeys } from './idempotency-keys.ts'

/** Starts jobs of one operation. Pressing again after an answer was lost gives the job that was started then. */
export function useStartJob(type: string) {
  const api = useApi()
  const queries = useQueryClient()
  const keys = useRef(new IdempotencyKeys())
  return useMutation({
    mutationFn: (input: Record<string, unknown>) => api.startJob(type, input, keys.current.keyFor(input)),
    onSuccess: ({ job }) => {
      keys.current.renew()
      queries.setQueryData(queryKeys.job(job.jobId), job)
    },
  })
}
