import type { ConnectionSnapshot } from './connection-store.ts'

/** What a client counts from its creation on, over all of its connections. */
export interface Counters {
  /** Messages that came, by whatever channel. */
  received: number
  /** Messages handed to the application, each once. */
  messages: number
  /** Messages that were missed, and that the server sent afterwards. */
  replayed: number
  /** How often the server was asked for what a channel lacked, and had it. */
  gapsHealed: number
  /** What the server has sent, in UTF-8 bytes, without the framing of the socket. */
  receivedBytes: number
}

/** How a client fares, for a page of diagnostics or a report of an error. */
export interface ClientStats
  extends Readonly<Counters>, Pick<ConnectionSnapshot, 'state' | 'attempts' | 'latencyMs'> {
  /** Messages that came and were not handed on: the client had them, or they wait for one that is missing before them. */
  readonly duplicatesDropped: number
  /** Calls of `send` that wait for a connection or their answer. */
  readonly queueLength: number
}
