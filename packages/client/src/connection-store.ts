import type { ErrorCode, ConnectErrorCode } from '@headway/events'

export type ConnectionState = 'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'failed'
export type Freshness = 'live' | 'catching-up' | 'stale'

/** What an indicator of the connection shows. */
export interface ConnectionSnapshot {
  state: ConnectionState
  freshness: Freshness
  staleSince: number | null
  attempts: number
  nextRetryAt: number | null
  latencyMs: number | null
  userId: string | null
  error: { code: ErrorCode | ConnectErrorCode; message: string } | null
}
