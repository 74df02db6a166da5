import type {
  ClientToServerEvents,
  ConnectErrorData,
  HandshakeAuth,
  ServerToClientEvents,
} from '@headway/events'
import { io, type Socket } from 'socket.io-client'
import { unavailable } from './errors.ts'
import type { RequestAck, RequestArgs, RequestName, TransportFactory } from './transport.ts'

/**
 * The default transport: socket.io-client over WebSocket. Its own reconnecting is off, since it stops at a
 * disconnect by the server and knows neither hints nor tokens; each attempt gets a socket of its own.
 */
export const socketIoTransport: TransportFactory = ({ url, path }, handlers) => {
  const options = {
    path,
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    auth: (send: (auth: HandshakeAuth) => void) => send(handlers.auth()),
  }
  // Without a URL it is the page's own origin.
  const socket: Socket<ServerToClientEvents, ClientToServerEvents> = io(url as string, options)
  socket.io.engine.on('data', handlers.onData)
  socket.on('connect', handlers.onOpen)
  socket.on('event', handlers.onMessage)
  socket.on('ready', handlers.onReady)
  socket.on('resync', handlers.onResync)
  socket.on('auth:expiring', handlers.onExpiring)
  socket.on('closing', handlers.onClosing)
  socket.on('disconnect', handlers.onClose)
  socket.on('connect_error', (error: Error & { data?: ConnectErrorData }) => {
    handlers.onRefused({ message: error.message, ...error.data })
  })
  return {
    async request<TName extends RequestName>(name: TName, args: RequestArgs<TName>, timeoutMs: number) {
      try {
        return (await (socket as Socket).timeout(timeoutMs).emitWithAck(name, ...args)) as RequestAck<TName>
      } catch (error) {
        return unavailable(`${name} was not answered (${String(error)})`) as RequestAck<TName>
      }
    },
    close() {
      socket.off()
      socket.disconnect()
    },
  }
}
