import type { Channel, Resync } from '@headway/events'
import { drained } from './backpressure/connection.ts'
import type { SocketWriter } from './sequencer/socket-writer.ts'
import type { RealtimeSocket } from './socket-data.ts'

/** Writes stored text to a socket as it is: a replay is not parsed and stringified again. */
export class SocketIoWriter implements SocketWriter {
  readonly #socket: RealtimeSocket
  readonly #onResync: (resync: Resync) => void

  /** @param onResync what to do with a gap that can't be filled; tells the client, unless given */
  constructor(socket: RealtimeSocket, onResync = (resync: Resync) => void socket.emit('resync', resync)) {
    this.#socket = socket
    this.#onResync = onResync
  }

  get isOpen(): boolean {
    return this.#socket.connected
  }

  send(packetText: string): void {
    this.#socket.data.sendQueue.grant(packetText.length + 1)
    // '2' is Socket.IO's EVENT; the connection adds Engine.IO's own prefix.
    this.#socket.conn.write(`2${packetText}`)
  }

  drained(): Promise<void> {
    return drained(this.#socket)
  }

  resync(resync: Resync): void {
    this.#onResync(resync)
  }

  join(room: Channel): void {
    void this.#socket.join(room)
  }
}
