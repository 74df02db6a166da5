import type { ConnectErrorCode, Resync } from '@headway/events'
import type { DroppedSend } from './send-queue.ts'

/** What happens to the connection, for `onConnection`. */
export interface ConnectionEvents {
  connected: { readonly userId: string; readonly connectionId: string; readonly replayed: number }
  disconnected: { readonly reason: string }
  reconnecting: { readonly attempt: number; readonly delayMs: number }
  /** The page or the network came back: what could not be had before may be now. */
  woken: undefined
  failed: { readonly code?: ConnectErrorCode | undefined; readonly message: string }
  /** A gap could not be filled: refetch what came by this channel. Followed jobs are loaded anew already. */
  resync: Resync
  /** Another user than before connected: what was shown is not this one's. */
  'user-changed': { readonly userId: string }
  /** A call of `send` was given up; its answer says `unavailable`. */
  'send-dropped': DroppedSend
  /** Something in `connection` changed; at once, where its own listeners are told once per frame. */
  changed: undefined
  /** Everything missed has been delivered, with the number of messages. */
  'caught-up': { readonly replayed: number }
}
