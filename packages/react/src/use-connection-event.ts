import type { ConnectionEvents } from '@headway/client'
import { useEffect } from 'react'
import { useRealtimeClient } from './realtime-provider.ts'

/**
 * Calls the newest `handler` when something happens to the connection.
 *
 * @example
 * useConnectionEvent('resync', () => queries.invalidateQueries())
 */
export function useConnectionEvent<TType extends keyof ConnectionEvents>(
  type: TType,
  handler: (event: ConnectionEvents[TType]) => void,
): void {
  const client = useRealtimeClient()
  useEffect(() => client.onConnection(type, handler), [client, type, handler])
}
