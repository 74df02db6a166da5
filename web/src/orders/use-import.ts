import { useJobs } from '@headway/react'
import { useMutation } from '@tanstack/react-query'
import { useApi } from '../lib/api-context.tsx'
import { randomId } from '../lib/random-id.ts'
import { isActive } from './use-submissions.ts'

const IMPORT_ORDERS = 'import-orders'

/** Starts an import of a CSV file. */
export function useImportOrders() {
  const api = useApi()
  return useMutation({
    mutationFn: async (file: File) => api.startJob(IMPORT_ORDERS, { csv: await file.text() }, randomId()),
  })
}

/** Imports that are under way, on whatever device they were started. */
export function useRunningImports() {
  const { jobs } = useJobs({ type: IMPORT_ORDERS })
  return jobs.filter(isActive)
}
