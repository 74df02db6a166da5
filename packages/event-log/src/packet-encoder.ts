import { Encoder } from 'socket.io-parser'
import { FinishedPacket } from './finished-packet.ts'

/**
 * Socket.IO's own encoder, but for packets whose text is finished: those it passes through. For the server's
 * `parser` option, beside the stock decoder; the wire stays plain Socket.IO.
 */
export class PacketEncoder extends Encoder {
  override encode(packet: Parameters<Encoder['encode']>[0] | FinishedPacket): ReturnType<Encoder['encode']> {
    if (!(packet instanceof FinishedPacket)) return super.encode(packet)
    return [packet.nsp === '/' ? `2${packet.text}` : `2${packet.nsp},${packet.text}`]
  }
}
