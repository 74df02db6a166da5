import type { CheckedClient } from '../checker.ts'

/** A client under test: it connects, comes back by itself, and writes down what it sees. */
export interface ChaosClient extends CheckedClient {
  readonly userId: string
  /** Everything up to now has come, as far as the client can tell. */
  readonly isReady: boolean
  connect(): void
  /** Leaves in order, and comes back with {@link connect}, where it was. */
  disconnect(): void
  /** Ends it for good. */
  stop(): void | Promise<void>
}
