import type { OrderFilter } from '../orders/order-filter.ts'

/** Names of what TanStack Query keeps. */
export const queryKeys = {
  operations: ['operations'],
  job: (jobId: string) => ['job', jobId],
  orderLists: ['orders'],
  orderList: ({ search, state }: OrderFilter) => ['orders', search, state ?? 'all'],
  artifact: (jobId: string, artifactId: string) => ['artifact', jobId, artifactId],
} as const
