import type { Socket as TcpSocket } from 'node:net'
import type { Connection, OutgoingPacket } from './connection.ts'

/**
 * Writes packets that queued up while an earlier one was being written in one system call: half of a server's time under
 * load is spent in those calls. Engine.IO hands its queue to the transport between `flush` and `drain`, frame by frame.
 */
export class JoinedWrites {
  readonly #connection: Connection
  #corked: TcpSocket | undefined

  constructor(connection: Connection) {
    this.#connection = connection
  }

  begin(packets: number): void {
    if (packets < 2) return
    this.#corked = this.#connection.transport.socket?._socket ?? undefined
    this.#corked?.cork()
  }

  end(): void {
    this.#corked?.uncork()
    this.#corked = undefined
  }
}

/**
 * Puts the header and the text of a broadcast's frame into one buffer, once for all its sockets: `ws` writes two parts with a
 * cork, two writes and a `writev` for each socket, and one part with a plain write.
 */
export function joinFrame({ options }: OutgoingPacket): void {
  const frame = options?.wsPreEncodedFrame
  if (!options || frame?.length !== 2) return
  const [header, body] = frame
  if (Buffer.isBuffer(header) && Buffer.isBuffer(body))
    options.wsPreEncodedFrame = [Buffer.concat([header, body])]
}
