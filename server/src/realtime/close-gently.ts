import { setImmediate } from 'node:timers/promises'
import type { RealtimeServer } from './socket-data.ts'

/** Within this time, in milliseconds, the sockets of a stopping instance are asked to come back, each at its own moment. */
const RETURN_WITHIN_MS = 2_000

/** Makes `io.close()` tell every socket why, and end what was opened beside the server. */
export function closeGently(io: RealtimeServer, release: () => void): void {
  const close = io.close.bind(io)
  io.close = async (callback) => {
    for (const socket of io.of('/').sockets.values()) {
      socket.emit('closing', { code: 'draining', retryAfterMs: Math.round(Math.random() * RETURN_WITHIN_MS) })
    }
    // One turn of the loop, in which the word leaves before the transports are closed.
    await setImmediate()
    await close(callback)
    release()
  }
}
