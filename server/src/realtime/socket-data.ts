import type { ClientToServerEvents, ServerToClientEvents } from '@headway/events'
import type { Server, Socket } from 'socket.io'
import type { SendQueue } from './backpressure/send-queue.ts'
import type { ChainStart } from './sequencer/chain-catch-up.ts'
import type { SerialQueue } from './serial-queue.ts'

/** What an instance knows of a socket. */
interface SocketData {
  userId: string
  expiresAt: Date
  /** Where to begin on each channel of the handshake, the implied ones included. */
  starts: Map<string, ChainStart>
  /** Everything that moves the socket between rooms happens one after the other. */
  queue: SerialQueue
  /** What waits to be sent to it. */
  sendQueue: SendQueue
}

type NoEvents = Record<string, never>

export type RealtimeServer = Server<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>
export type RealtimeSocket = Socket<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>
