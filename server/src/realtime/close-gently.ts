import type { Drain } from './drain.ts'
import type { RealtimeServer } from './socket-data.ts'

/**
 * Makes `io.close()` let the sockets go one batch after the other, and end what was opened beside the server. Called
 * again, it is the same closing.
 */
export function closeGently(io: RealtimeServer, drain: Drain, release: () => void): void {
  const close = io.close.bind(io)
  let closing: Promise<void> | undefined
  const closeOnce = async () => {
    await drain.run()
    await close()
    release()
  }
  io.close = async (callback) => {
    closing ??= closeOnce()
    await closing
    callback?.()
  }
}
