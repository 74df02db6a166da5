import type { RealtimeSocket } from '../socket-data.ts'

/** How long before its token's end a socket is told, in milliseconds. */
export const EXPIRY_NOTICE_MS = 60_000

/** Longest delay that a timer takes; a longer one fires at once. */
const MAX_TIMER_MS = 2_147_483_647

/** Ends a socket when its token does, with a word before. */
export class TokenSession {
  readonly #socket: RealtimeSocket
  #timers: NodeJS.Timeout[] = []

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
    this.#at(expiresAtMs - EXPIRY_NOTICE_MS, () => {
      this.#socket.emit('auth:expiring', { expiresAt: this.#socket.data.expiresAt.toISOString() })
    })
    this.#at(expiresAtMs, () => {
      this.#socket.emit('closing', { code: 'token_expired' })
      this.#socket.disconnect(true)
    })
  }

  #at(timeMs: number, action: () => void): void {
    const delayMs = Math.max(0, timeMs - Date.now())
    const slot = this.#timers.length
    const wait = (leftMs: number): void => {
      const stepMs = Math.min(leftMs, MAX_TIMER_MS)
      this.#timers[slot] = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : action()), stepMs)
    }
    wait(delayMs)
  }

  #clear(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers = []
  }
}
