import { decode as unpack, encode as pack } from 'notepack.io'
import { formatTransient, isChannelRoom, parseBusMessage, type BusMessage } from './bus-message.ts'
import { FinishedPacket } from './finished-packet.ts'

/** A packet as the stock adapter and emitter hand it to their parser: [uid, packet, options]. */
type AdapterMessage = [
  uid: string | null,
  packet: { type: number; data: unknown[]; nsp?: string } | FinishedPacket | null,
  options: { rooms: string[]; except?: string[]; flags?: object } | null,
]

/**
 * What an adapter makes of a bus message: broadcast it now (to all but some sockets, named by their ids), or drop it because
 * it was or will be sent otherwise.
 */
export type BusGate = (message: BusMessage) => 'broadcast' | 'drop' | { except: string[] }

/** The `parser` that the stock adapter and the stock emitter take. */
export interface BusCodec {
  /** The bytes of a packet, as they travel between instances. */
  encode(message: unknown): Buffer | string
  /** The packet in the bytes, or one that the adapter passes over; never throws. */
  decode(bytes: Buffer): unknown
}

/** First byte of msgpack's array of three, in which other packets travel; no header of ours begins with it. */
const MSGPACK_ARRAY_OF_3 = 0x93

/**
 * By what name the stock emitter goes. An adapter has a name of its own, by which it knows what it has sent itself, and that must
 * travel along: its sockets have had it.
 */
const EMITTER_UID = 'emitter'

/** The adapter ignores a message without a packet. */
const IGNORED: AdapterMessage = [null, null, null]

/**
 * The `parser` for the stock `@socket.io/redis-adapter` and `@socket.io/redis-emitter`. Messages for a channel's room
 * travel as a header and finished text, so no instance parses them; all other packets travel as the stock
 * parser's msgpack, so an application's own emits keep working.
 *
 * @param gate decides on each of our messages; the sequencer of an instance stands here
 * @param onMalformed told of bytes that are neither; they harm nothing else
 */
export function createBusCodec(
  gate: BusGate = () => 'broadcast',
  onMalformed?: (bytes: number) => void,
): BusCodec {
  return {
    encode(message) {
      const [uid, packet, options] = message as AdapterMessage
      const room = options?.rooms[0]
      const isOurs =
        uid === EMITTER_UID &&
        packet?.data[0] === 'event' &&
        options?.rooms.length === 1 &&
        !options.except?.length
      if (!isOurs || room === undefined || !isChannelRoom(room) || (packet.nsp ?? '/') !== '/')
        return pack(message)
      return formatTransient(room, JSON.stringify(packet.data))
    },
    decode(bytes) {
      // The adapter has no try/catch around this: whatever arrives, answer and never throw.
      try {
        if (bytes[0] === MSGPACK_ARRAY_OF_3) return requireAdapterMessage(unpack(bytes))
        const message = parseBusMessage(bytes)
        if (!message) throw new TypeError('not a bus message')
        const decision = gate(message)
        if (decision === 'drop') return IGNORED
        const except = decision === 'broadcast' ? [] : decision.except
        return [null, new FinishedPacket(message.text), { rooms: [message.room], except, flags: {} }]
      } catch {
        onMalformed?.(bytes.length)
        return IGNORED
      }
    },
  }
}

function requireAdapterMessage(value: unknown): AdapterMessage {
  const [, packet, options] = value as AdapterMessage
  if (!Array.isArray(packet?.data) || !Array.isArray(options?.rooms)) throw new TypeError('not a packet')
  // The adapter makes a set of it.
  if (!Array.isArray(options.except ?? [])) throw new TypeError('not a list of rooms')
  return value as AdapterMessage
}
