/**
 * The states of a connection and every way between them.
 *
 *                  connect                    ready
 *   disconnected ───────────▶ connecting ───────────────▶ connected
 *        ▲                     │      │                       │
 *        │ disconnect          │      │ lost, renewed         │ lost, renewed
 *        │ (from anywhere)     │      ▼                       ▼
 *        │                     │   reconnecting ◀─────────────┘
 *        │                     │    │    │   ▲
 *        │            rejected │    │    └───┘ lost: wait longer
 *        │                     ▼    ▼          retry-due, wake: dial again
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
  /** The application wants one. */
  | 'connect'
  /** The application wants none. */
  | 'disconnect'
  /** The server accepted the handshake; what was missed arrives now. */
  | 'opened'
  /** All that was missed has been delivered. */
  | 'ready'
  /** The connection, or an attempt at one, ended; another may succeed. */
  | 'lost'
  /** The token was refused and another one is to be had: dial once more, at once. */
  | 'renewed'
  /** Another attempt can't help. */
  | 'rejected'
  /** The wait before the next attempt is over. */
  | 'retry-due'
  /** The network or the page came back. */
  | 'wake'
  /** The network went away. */
  | 'offline'

/**
 * What the owner of the socket does next. `hurry` dials unless an attempt is under way; `check` asks the server
 * whether anything was missed; `pause` stops the wait for the next attempt.
 */
export type ConnectionEffect = 'none' | 'dial' | 'hurry' | 'wait' | 'hang-up' | 'check' | 'pause'

type Cell = readonly [next: ConnectionState, effect: ConnectionEffect]

/** The cells of a state without a connection, in which what an abandoned attempt still brings is hung up. */
const without = <TState extends ConnectionState>(state: TState) =>
  ({
    connect: ['connecting', 'dial'],
    disconnect: ['disconnected', 'none'],
    opened: [state, 'hang-up'],
    ready: [state, 'hang-up'],
    lost: [state, 'none'],
    renewed: [state, 'none'],
    rejected: [state, 'none'],
    'retry-due': [state, 'none'],
    wake: [state, 'none'],
    offline: [state, 'none'],
  }) as const

/** The cells of a state with a connection or attempts at one, as far as they are the same. */
const within = <TState extends ConnectionState>(state: TState) =>
  ({
    connect: [state, 'none'],
    disconnect: ['disconnected', 'hang-up'],
    opened: [state, 'none'],
    ready: ['connected', 'none'],
    lost: ['reconnecting', 'wait'],
    renewed: ['reconnecting', 'dial'],
    rejected: ['failed', 'hang-up'],
    'retry-due': [state, 'none'],
    wake: [state, 'none'],
    // The socket may outlive a change of network; the server's pings tell when it has not.
    offline: [state, 'none'],
  }) as const

/** Every cell of the machine; a missing one does not compile. */
export const CONNECTION_TRANSITIONS = {
  disconnected: without('disconnected'),
  connecting: within('connecting'),
  connected: { ...within('connected'), wake: ['connected', 'check'] },
  reconnecting: {
    ...within('reconnecting'),
    connect: ['reconnecting', 'hurry'],
    'retry-due': ['reconnecting', 'dial'],
    wake: ['reconnecting', 'hurry'],
    offline: ['reconnecting', 'pause'],
  },
  failed: without('failed'),
} as const satisfies Record<ConnectionState, Record<ConnectionInput, Cell>>

export interface ConnectionStatus {
  readonly state: ConnectionState
  /** The handshake was accepted, so that what was missed is arriving or has arrived. */
  readonly isOpen: boolean
  /** Attempts that failed since the last success. */
  readonly attempts: number
  /** Since when something may have been missed, in milliseconds since the epoch. */
  readonly staleSince: number
}

export function initialStatus(now: number): ConnectionStatus {
  return { state: 'disconnected', isOpen: false, attempts: 0, staleSince: now }
}

/** The status after an input, and what is to be done about it. */
export function transition(
  status: ConnectionStatus,
  input: ConnectionInput,
  now: number,
): { status: ConnectionStatus; effect: ConnectionEffect } {
  const [state, effect] = CONNECTION_TRANSITIONS[status.state][input]
  const isAttemptKept = effect !== 'dial' && effect !== 'wait' && effect !== 'hang-up'
  const isOpen = state === 'connected' || (isAttemptKept && (input === 'opened' || status.isOpen))
  const hasTried = state === 'reconnecting' || state === 'failed'
  return {
    status: {
      state,
      isOpen,
      attempts: hasTried ? status.attempts + (effect === 'wait' ? 1 : 0) : 0,
      staleSince: status.state === 'connected' && state !== 'connected' ? now : status.staleSince,
    },
    effect,
  }
}

/** The freshness of a connection with so many catch-ups under way. */
export function freshnessOf(status: ConnectionStatus, catchUps: number): Freshness {
  if (!status.isOpen) return 'stale'
  return status.state === 'connected' && catchUps === 0 ? 'live' : 'catching-up'
}
