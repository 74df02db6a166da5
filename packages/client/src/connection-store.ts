import type { ConnectErrorCode } from '@headway/events'
import type { ConnectionState, Freshness } from './connection-state.ts'
import type { Scheduler } from './scheduler.ts'
import type { Store } from './store.ts'

/** What an indicator of the connection shows. */
export interface ConnectionSnapshot {
  readonly state: ConnectionState
  readonly freshness: Freshness
  /** Since when something may be missing, in milliseconds since the epoch; null unless `freshness` is `stale`. */
  readonly staleSince: number | null
  /** Attempts that failed since the last success. */
  readonly attempts: number
  /** When the next attempt follows, in milliseconds since the epoch; null unless one is waited for. */
  readonly nextRetryAt: number | null
  /** Round trip of the last `sync`, in milliseconds. */
  readonly latencyMs: number | null
  /** Whose connection it is or last was. */
  readonly userId: string | null
  /** Why the last attempt was refused; no code for a failure of the network. */
  readonly error: { readonly code: ConnectErrorCode | undefined; readonly message: string } | null
}

const INITIAL: ConnectionSnapshot = {
  state: 'disconnected',
  freshness: 'stale',
  staleSince: null,
  attempts: 0,
  nextRetryAt: null,
  latencyMs: null,
  userId: null,
  error: null,
}

/** The live value of the connection. */
export class ConnectionStore implements Store<ConnectionSnapshot> {
  readonly #scheduler: Scheduler
  readonly #read: () => ConnectionSnapshot
  readonly #listeners = new Set<() => void>()
  #snapshot: ConnectionSnapshot | undefined

  /** @param read Puts the snapshot together; asked once after each {@link refresh}. */
  constructor(scheduler: Scheduler, read: () => ConnectionSnapshot) {
    this.#scheduler = scheduler
    this.#read = read
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    const entry = (): void => listener()
    this.#listeners.add(entry)
    return () => {
      this.#listeners.delete(entry)
    }
  }

  readonly getSnapshot = (): ConnectionSnapshot => (this.#snapshot ??= this.#read())

  readonly getInitialSnapshot = (): ConnectionSnapshot => INITIAL

  /** Something in it changed. */
  refresh(): void {
    this.#snapshot = undefined
    if (this.#listeners.size > 0) this.#scheduler.schedule(this.#notify)
  }

  readonly #notify = (): void => {
    for (const listener of this.#listeners) listener()
  }
}
