import type { RealtimeServer } from './socket-data.ts'

/** How long the other end may take to answer that a connection is closed, in milliseconds. */
const CLOSE_GRACE_MS = 1_000

/** The part of Engine.IO's connection that this needs; its events are documented, its types are not. */
interface Connection {
  transport: { socket?: { terminate?(): void } }
  once(event: 'close', listener: () => void): unknown
}

/**
 * Lets go of connections whose other end has vanished: it never answers the closing handshake, for which `ws` alone would
 * keep the socket another 30 s.
 */
export function endTransports(io: RealtimeServer): void {
  io.engine.on('connection', (connection: Connection) => {
    connection.once('close', () => {
      const { socket } = connection.transport
      setTimeout(() => socket?.terminate?.(), CLOSE_GRACE_MS).unref()
    })
  })
}
