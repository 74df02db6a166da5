import type { IncomingMessage } from 'node:http'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { RealtimeServer, RealtimeSocket } from './socket-data.ts'

/** Longest time over which a stopping instance lets its sockets go, in milliseconds. */
export const DRAIN_MS = 10_000

const BATCH_INTERVAL_MS = 250

/** So many come back at once without anybody noticing; an instance with few sockets stops at once. */
const SMALLEST_BATCH = 50

/** Within this time, in milliseconds, the sockets of a batch are asked to come back, each at its own moment. */
const RETURN_WITHIN_MS = 2_000

/** How long the last ones may take to hear the word and close, in milliseconds. Who does not read is cut then. */
const LAST_WORD_MS = 1_000

/** A reader without a socket: it goes with the sockets. */
interface DrainedStream extends Ending {
  close(closing: { code: 'draining'; retryAfterMs: number }): void
}

/** Something that was told to end, and ends when the other side agrees. */
interface Ending {
  readonly isClosed: boolean
  cut(): void
}

/** The part of a WebSocket that this needs. Engine.IO calls a connection closed before the other side has agreed. */
interface WebSocketLike {
  readonly readyState: number
  readonly CLOSED: number
  terminate(): void
}

export interface DrainOptions {
  /** @default 10_000 */
  overMs?: number | undefined
  /** Who reads without a socket. */
  streams?: () => Iterable<DrainedStream>
}

/** The part of Engine.IO's connection that this needs; its types don't know a transport's socket. */
interface Connection {
  transport: { socket?: WebSocketLike }
  close(): void
}

/**
 * Empties an instance that is about to stop: no new sockets, and those that there are go in batches, each told when to
 * come back. A deploy then is a stream of clients that change the instance, and not a storm.
 */
export class Drain {
  readonly #io: RealtimeServer
  readonly #options: DrainOptions
  #running: Promise<void> | undefined

  constructor(io: RealtimeServer, options: DrainOptions = {}) {
    this.#io = io
    this.#options = options
  }

  /** True from the moment from which nobody is let in any more. */
  get isRunning(): boolean {
    return this.#running !== undefined
  }

  /** Resolves when nobody is connected any more. Called again, it is the same drain. */
  run(): Promise<void> {
    this.#running ??= this.#letAllGo()
    return this.#running
  }

  async #letAllGo(): Promise<void> {
    this.#io.engine.use(refuseConnection)
    // Whoever was let in just before is among the sockets after this turn of the loop.
    await setImmediate()
    const streams = [...(this.#options.streams?.() ?? [])]
    const farewells = [
      ...[...this.#io.of('/').sockets.values()].map((socket) => () => letGo(socket)),
      ...streams.map((stream) => () => stream.close(draining())),
    ]
    const open = connectionsOf(this.#io).flatMap(({ transport }) => transport.socket ?? [])
    const size = batchSize(farewells.length, this.#options.overMs ?? DRAIN_MS)
    for (let at = 0; at < farewells.length; at += size) {
      if (at > 0) await setTimeout(BATCH_INTERVAL_MS)
      for (const letNextGo of farewells.slice(at, at + size)) letNextGo()
    }
    // Transports that never became a socket, and those that came since and were refused.
    for (const connection of connectionsOf(this.#io)) {
      if (connection.transport.socket) open.push(connection.transport.socket)
      connection.close()
    }
    await untilClosed([...open.map(endingOf), ...streams])
  }
}

/**
 * Ends a new connection without an answer, which makes a balancer try the next instance. A stock client would stay away
 * for good if its handshake were refused; one that could not connect comes again. A session by polling goes on.
 */
function refuseConnection(request: IncomingMessage, _response: unknown, next: () => void): void {
  const { _query: query } = request as IncomingMessage & { _query: { sid?: string } }
  if (query.sid === undefined) request.socket.destroy()
  else next()
}

/** How many sockets go at a time so that all of them go within `overMs`. */
export function batchSize(sockets: number, overMs: number): number {
  const batches = Math.max(1, Math.floor(overMs / BATCH_INTERVAL_MS))
  return Math.max(SMALLEST_BATCH, Math.ceil(sockets / batches))
}

/** The transport is closed and not the socket, so that a stock client connects again by itself. */
function letGo(socket: RealtimeSocket): void {
  if (!socket.connected) return
  socket.emit('closing', draining())
  socket.conn.close()
}

/** The word that an instance stops, with a moment to come back. */
export function draining() {
  return { code: 'draining' as const, retryAfterMs: Math.round(Math.random() * RETURN_WITHIN_MS) }
}

function endingOf(socket: WebSocketLike): Ending {
  return {
    get isClosed() {
      return socket.readyState === socket.CLOSED
    },
    cut: () => socket.terminate(),
  }
}

/** Waits for the other sides to agree, and cuts those that don't. */
async function untilClosed(endings: readonly Ending[]): Promise<void> {
  const deadline = performance.now() + LAST_WORD_MS
  const left = () => endings.filter(({ isClosed }) => !isClosed)
  while (left().length > 0 && performance.now() < deadline) await setTimeout(20)
  for (const ending of left()) ending.cut()
}

function connectionsOf(io: RealtimeServer): Connection[] {
  return Object.values((io.engine as unknown as { clients: Record<string, Connection> }).clients)
}
