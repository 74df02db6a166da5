import { useRealtimeClient } from '@headway/react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { queryKeys } from '../lib/query-keys.ts'

/** Many changes at once are fetched together, after this time in milliseconds. */
const GATHER_MS = 100

/** Fetches the shown orders anew whenever a device, or an operation, has changed some. */
export function useLiveOrders(): void {
  const client = useRealtimeClient()
  const queries = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const refetch = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        void queries.invalidateQueries({ queryKey: queryKeys.orderLists })
      }, GATHER_MS)
    }
    const endings = [
      client.on('PENDING_CREATED', refetch),
      client.on('PENDING_UPDATED', refetch),
      client.on('PENDING_DELETED', refetch),
      client.onConnection('connected', refetch),
      client.onConnection('resync', refetch),
    ]
    return () => {
      clearTimeout(timer)
      for (const end of endings) end()
    }
  }, [client, queries])
}
