import { callAt } from '../call-at.ts'
import type { RealtimeSocket } from '../socket-data.ts'

/** How long before its token's end a socket is told, in milliseconds. */
export const EXPIRY_NOTICE_MS = 60_000

/** Ends a socket when its token does, with a word before. */
export class TokenSession {
  readonly #socket: RealtimeSocket
  #cancels: (() => void)[] = []

  constructor(socket: RealtimeSocket) {
    this.#socket = socket
    socket.once('disconnect', () => this.#clear())
    this.#schedule()
  }

  /** The token was renewed. */
  extend(expiresAt: Date): void {
    this.#socket.data.expiresAt = expiresAt
    this.#clear()
    this.#schedule()
  }

  #schedule(): void {
    // Gone while its token was being checked: nobody would clear its timers any more.
    if (!this.#socket.connected) return
    const expiresAtMs = this.#socket.data.expiresAt.getTime()
    const notify = () => {
      this.#socket.emit('auth:expiring', { expiresAt: this.#socket.data.expiresAt.toISOString() })
    }
    const end = () => {
      this.#socket.emit('closing', { code: 'token_expired' })
      this.#socket.disconnect(true)
    }
    this.#cancels = [callAt(expiresAtMs - EXPIRY_NOTICE_MS, notify), callAt(expiresAtMs, end)]
  }

  #clear(): void {
    for (const cancel of this.#cancels) cancel()
    this.#cancels = []
  }
}
