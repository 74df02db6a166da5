import type { ConnectErrorCode } from '@headway/events'
import type { ConnectionState, Freshness } from './connection-state.ts'
import { DerivedStore } from './derived-store.ts'
import type { Scheduler } from './scheduler.ts'

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
  /** Why the last attempt was refused; no code for a failure of the network or of `getToken`. */
  readonly error: { readonly code?: ConnectErrorCode | undefined; readonly message: string } | null
}

/** The live value of the connection. Before it is opened for the first time nothing is known to be stale. */
export class ConnectionStore extends DerivedStore<ConnectionSnapshot> {
  protected readonly read: () => ConnectionSnapshot

  constructor(scheduler: Scheduler, read: () => ConnectionSnapshot) {
    super(scheduler, { ...read(), staleSince: null })
    this.read = read
  }
}
