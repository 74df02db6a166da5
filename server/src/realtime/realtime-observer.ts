import type { ConnectErrorCode, Resync } from '@headway/events'

/** Why a connection was not let in: a code of the protocol, or `origin` for a page that may not connect at all. */
export type HandshakeRefusalReason = ConnectErrorCode | 'origin'

/** Is told what happens to sockets and messages, for metrics. Called on the hot path: count, and do nothing else. */
export interface RealtimeObserver {
  onConnect(): void
  onDisconnect(): void
  /** A reader got a stream of a job's events, who has no socket. */
  onStreamOpen(): void
  onStreamClose(): void
  onRefused(reason: HandshakeRefusalReason): void
  /** One message was handed to all sockets of a room of this instance. */
  onBroadcast(sockets: number): void
  /** One socket was sent messages of the log that it had missed. */
  onReplay(messages: number): void
  /** So many sockets were told to start again from a snapshot. */
  onResync(reason: Resync['reason'], sockets: number): void
  /** A room was sent messages from the log, because the bus had not brought them. */
  onHealed(messages: number): void
  onSlowReaderCut(): void
  /** Bytes on the bus that are no message. */
  onMalformed(): void
}
