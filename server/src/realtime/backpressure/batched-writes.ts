import type { Socket as TcpSocket } from 'node:net'
import type { RealtimeSocket } from '../socket-data.ts'

/** The part of Engine.IO's connection that this needs. */
interface Connection {
  transport: { socket?: { _socket?: TcpSocket | null } }
  on(event: 'flush' | 'drain', listener: () => void): unknown
}

/**
 * Writes packets that queued up while an earlier one was being written in one system call: half of a server's time under
 * load is spent in those calls. Engine.IO hands its queue to the transport between these two events, frame by frame.
 */
export function batchWrites(socket: RealtimeSocket): void {
  const connection = socket.conn as unknown as Connection
  let corked: TcpSocket | undefined
  connection.on('flush', () => {
    corked = connection.transport.socket?._socket ?? undefined
    corked?.cork()
  })
  connection.on('drain', () => {
    corked?.uncork()
    corked = undefined
  })
}
