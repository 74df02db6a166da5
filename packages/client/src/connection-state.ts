/**
 * The states of a connection and every way between them.
 *
 *                  connect                    ready
 *   disconnected ───────────▶ connecting ───────────────▶ connected
 *        ▲                     │      │                    ▲     │
 *        │ disconnect          │      │ lost         ready │     │ lost
 *        │ (from anywhere)     │      ▼                    │     │
 *        │                     │   reconnecting ───────────┘     │
 *        │                     │    │    │   ▲ ▲                 │
 *        │            rejected │    │    └───┘ └─────────────────┘
 *        │                     ▼    ▼     lost: wait longer, connect: dial again
 *        └─────────────────── failed ── connect ──▶ connecting
 *
 * `connected` begins with the server's `ready`, when all that was missed has been delivered, and never means
 * "maybe behind": beside the state stands the freshness.
 *
 *   stale ── opened ──▶ catching-up ── ready, nothing left to heal ──▶ live
 *     ▲                  ▲      │                                       │
 *     └────── lost ──────┼──────┘◀──────── lost (to stale) ─────────────┤
 *                        └───────────── gap, wake ──────────────────────┘
 */
export type ConnectionState = 'disconnected' | 'connecting' | 'connected' | 'reconnecting' | 'failed'

/**
 * How far what is shown can be trusted: `live` is complete up to now; `catching-up` has a connection and is being
 * sent what it missed; `stale` is cut off.
 */
export type Freshness = 'live' | 'catching-up' | 'stale'

/** What can happen to a connection. */
export type ConnectionInput =
  /** An attempt begins: the application wants a connection, or a wait is over. */
  | 'connect'
  /** The application wants none. */
  | 'disconnect'
  /** All that was missed has been delivered. */
  | 'ready'
  /** The connection, or an attempt at one, ended; another may succeed. */
  | 'lost'
  /** Another attempt can't help. */
  | 'rejected'

/** Every cell of the machine; a missing one does not compile. */
export const CONNECTION_TRANSITIONS = {
  disconnected: {
    connect: 'connecting',
    disconnect: 'disconnected',
    ready: 'disconnected',
    lost: 'disconnected',
    rejected: 'disconnected',
  },
  connecting: {
    connect: 'connecting',
    disconnect: 'disconnected',
    ready: 'connected',
    lost: 'reconnecting',
    rejected: 'failed',
  },
  connected: {
    connect: 'connected',
    disconnect: 'disconnected',
    ready: 'connected',
    lost: 'reconnecting',
    rejected: 'failed',
  },
  reconnecting: {
    connect: 'reconnecting',
    disconnect: 'disconnected',
    ready: 'connected',
    lost: 'reconnecting',
    rejected: 'failed',
  },
  failed: {
    connect: 'connecting',
    disconnect: 'disconnected',
    ready: 'failed',
    lost: 'failed',
    rejected: 'failed',
  },
} as const satisfies Record<ConnectionState, Record<ConnectionInput, ConnectionState>>

export interface ConnectionStatus {
  readonly state: ConnectionState
  /** Attempts that failed since the last success. */
  readonly attempts: number
  /** Since when something may have been missed, in milliseconds since the epoch. */
  readonly staleSince: number
}

export function initialStatus(now: number): ConnectionStatus {
  return { state: 'disconnected', attempts: 0, staleSince: now }
}

/** The status after an input. */
export function transition(status: ConnectionStatus, input: ConnectionInput, now: number): ConnectionStatus {
  const state = CONNECTION_TRANSITIONS[status.state][input]
  const hasTried = state === 'reconnecting' || state === 'failed'
  return {
    state,
    attempts: hasTried ? status.attempts + (input === 'lost' ? 1 : 0) : 0,
    staleSince: status.state === 'connected' && state !== 'connected' ? now : status.staleSince,
  }
}

/** The freshness of a connection with so many catch-ups under way; `isOpen` from the handshake on. */
export function freshnessOf(state: ConnectionState, isOpen: boolean, catchUps: number): Freshness {
  if (!isOpen) return 'stale'
  return state === 'connected' && catchUps === 0 ? 'live' : 'catching-up'
}
