import type {
  Ack,
  ClientToServerEvents,
  Closing,
  ConnectErrorCode,
  HandshakeAuth,
  Ready,
  Resync,
  WebSocketMessage,
} from '@headway/events'

export type RequestName = keyof ClientToServerEvents

/** What a request takes, without its acknowledgement. */
export type RequestArgs<TName extends RequestName> =
  Parameters<ClientToServerEvents[TName]> extends [...infer TArgs, unknown] ? TArgs : never

/** What a request is acknowledged with. */
export type RequestAck<TName extends RequestName> =
  Parameters<ClientToServerEvents[TName]> extends [...unknown[], (ack: infer TAck) => void] ? TAck : Ack

/** What a transport tells its owner. After `onClose` or `onRefused` it tells nothing more. */
export interface TransportHandlers {
  /** Asked for in each handshake, so that token and cursors are those of that moment. */
  auth: () => HandshakeAuth
  /** The handshake was accepted. */
  onOpen: () => void
  /** The text of each packet, before what it says is told. For statistics: a transport may leave it out. */
  onData: (text: string) => void
  /** A message has come. */
  onMessage: (message: WebSocketMessage) => void
  /** What was missed has come. */
  onReady: (ready: Ready) => void
  /** A gap can't be filled. */
  onResync: (resync: Resync) => void
  /** The token is about to end. */
  onExpiring: () => void
  /** The server is about to close the connection. */
  onClosing: (closing: Closing) => void
  /** An accepted connection ended. */
  onClose: (reason: string) => void
  /** The attempt failed: with a code it was the server's will, without one the network's. */
  onRefused: (refusal: {
    code?: ConnectErrorCode | undefined
    message: string
    /** The server refuses the next attempt too before so many milliseconds have passed. */
    retryAfterMs?: number | undefined
  }) => void
}

/** One attempt at a connection, and the connection if it succeeds. It never reconnects by itself. */
export interface Transport {
  /** Never rejects: a lost connection or a late answer is an `unavailable`. */
  request<TName extends RequestName>(
    name: TName,
    args: RequestArgs<TName>,
    timeoutMs: number,
  ): Promise<RequestAck<TName>>
  /** Ends the connection; nothing is told after it. */
  close(): void
}

/** Opens a connection. Handlers are called later, never from within. */
export type TransportFactory = (
  target: { url: string | undefined; path: string },
  handlers: TransportHandlers,
) => Transport
