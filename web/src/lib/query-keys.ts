import type { OrderFilter } from '../orders/order-filter.ts'
import type { JobFilter } from './headway-api.ts'

/** Names of what TanStack Query keeps. */
export const queryKeys = {
  operations: ['operations'],
  jobLists: ['jobs'],
  jobList: (filter: JobFilter) => ['jobs', filter.state ?? 'all', filter.type ?? 'all'],
  job: (jobId: string) => ['job', jobId],
  orderLists: ['orders'],
  orderList: ({ search, state }: OrderFilter) => ['orders', search, state ?? 'all'],
  artifact: (jobId: string, artifactId: string) => ['artifact', jobId, artifactId],
} as const
