import type { Socket as TcpSocket } from 'node:net'
import type { RealtimeSocket } from '../socket-data.ts'

/** A packet on its way; the options of a broadcast are one object for all its packets. */
export interface OutgoingPacket {
  data?: string | Buffer
  options?: { wsPreEncodedFrame?: (Buffer | string)[] }
}

/** The part of Engine.IO's connection that is watched here; its events are documented, its types are not. */
export interface Connection {
  writeBuffer: unknown[]
  transport: { socket?: { terminate?(): void; _socket?: TcpSocket | null } }
  on(event: 'packetCreate', listener: (packet: OutgoingPacket) => void): unknown
  on(event: 'flush', listener: (packets: OutgoingPacket[]) => void): unknown
  on(event: 'drain' | 'close', listener: () => void): unknown
  once(event: 'close', listener: () => void): unknown
  off(event: 'drain' | 'close', listener: () => void): unknown
  close(discard?: boolean): void
}

export function connectionOf(socket: RealtimeSocket): Connection {
  return socket.conn as unknown as Connection
}

/** Resolves when nothing waits for the connection any more, or it is closed. */
export function drained(socket: RealtimeSocket): Promise<void> {
  const connection = connectionOf(socket)
  if (connection.writeBuffer.length === 0 || !socket.connected) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      connection.off('drain', done)
      connection.off('close', done)
      resolve()
    }
    connection.on('drain', done)
    connection.on('close', done)
  })
}
