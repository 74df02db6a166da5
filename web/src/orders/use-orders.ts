import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import type { OrderInput } from '@headway/events'
import { useMemo } from 'react'
import { useApi } from '../lib/api-context.tsx'
import { queryKeys } from '../lib/query-keys.ts'
import type { OrderFilter } from './order-filter.ts'
import { OrdersApi } from './orders-api.ts'

function useOrdersApi(): OrdersApi {
  const api = useApi()
  return useMemo(() => new OrdersApi(api), [api])
}

/** The user's orders, newest change first, page by page. Events keep it true; see `useLiveOrders`. */
export function useOrders(filter: OrderFilter) {
  const api = useOrdersApi()
  return useInfiniteQuery({
    queryKey: queryKeys.orderList(filter),
    queryFn: ({ pageParam, signal }) => api.list(filter, pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: ({ nextCursor }) => nextCursor,
    // What was found stays while the next letter is looked for.
    placeholderData: (before) => before,
  })
}

export function useSaveOrder() {
  const api = useOrdersApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (order: OrderInput) => api.save(order),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.orderLists }),
  })
}

export function useDeleteOrder() {
  const api = useOrdersApi()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (orderId: string) => api.delete(orderId),
    onSettled: () => queries.invalidateQueries({ queryKey: queryKeys.orderLists }),
  })
}
