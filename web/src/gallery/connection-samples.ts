import type { ConnectionSnapshot } from '@headway/client'

const LIVE: ConnectionSnapshot = {
  state: 'connected',
  freshness: 'live',
  staleSince: null,
  attempts: 0,
  nextRetryAt: null,
  latencyMs: 12,
  userId: 'ada',
  error: null,
}

const STALE = { freshness: 'stale', staleSince: Date.UTC(2030, 0, 1, 9, 30) } as const

/** A connection in each of its states. */
export const CONNECTION_SAMPLES = {
  live: LIVE,
  'catching up': { ...LIVE, freshness: 'catching-up' },
  stale: { ...LIVE, ...STALE },
  connecting: { ...LIVE, ...STALE, state: 'connecting' },
  offline: { ...LIVE, ...STALE, state: 'reconnecting', attempts: 3 },
  refused: { ...LIVE, ...STALE, state: 'failed', error: { code: 'unauthorized', message: 'Sign in again.' } },
} as const satisfies Record<string, ConnectionSnapshot>
