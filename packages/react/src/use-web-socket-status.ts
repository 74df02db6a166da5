import type { ConnectionSnapshot } from '@headway/client'
import { useRealtimeClient } from './realtime-provider.ts'
import { useStore } from './use-store.ts'

/** State and freshness of the connection, for an indicator. */
export function useWebSocketStatus(): ConnectionSnapshot {
  return useStore(useRealtimeClient().connection)
}
