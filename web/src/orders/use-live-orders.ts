import { useRealtimeClient } from '@headway/react'
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { queryKeys } from '../lib/query-keys.ts'

/** Many changes at once are fetched together, after this time in milliseconds. */
const GATHER_MS = 100
/** A fetch that is under way is waited for so many times as long; then it is given up. */
const MAX_WAITS = 100

/** Fetches the shown orders anew whenever a device, or an operation, has changed some. */
export function useLiveOrders(): void {
  const client = useRealtimeClient()
  const queries = useQueryClient()
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const refetch = (waits: number) => {
      timer ??= setTimeout(() => {
        timer = undefined
        // Cut off by each batch of an import, a fetch that takes longer than the next batch would never end.
        const isUnderWay = queries.isFetching({ queryKey: queryKeys.orderLists }) > 0
        if (isUnderWay && waits < MAX_WAITS) refetch(waits + 1)
        else void queries.invalidateQueries({ queryKey: queryKeys.orderLists })
      }, GATHER_MS)
    }
    const onChange = () => refetch(0)
    const endings = [
      client.on('PENDING_CREATED', onChange),
      client.on('PENDING_UPDATED', onChange),
      client.on('PENDING_DELETED', onChange),
      client.onConnection('connected', onChange),
      client.onConnection('resync', onChange),
    ]
    return () => {
      clearTimeout(timer)
      for (const end of endings) end()
    }
  }, [client, queries])
}
