import { randomUUID } from 'node:crypto'
import type { Server as HttpServer } from 'node:http'
import type {
  Ack,
  Closing,
  ClientToServerEvents,
  ConnectErrorCode,
  ConnectErrorData,
  ServerToClientEvents,
} from '@headway/events'
import { Server, type Socket } from 'socket.io'
import type { VerifiedToken } from '../access-tokens.ts'
import type { CallFaults } from '../call-faults.ts'
import type { ChannelLog, Replay } from '../log/channel-log.ts'
import { toRequestError } from '../request-error.ts'
import { FakeConnection, type ConnectionParts, type FakeSocket } from './fake-connection.ts'
import { readStarts, type Start, type Starts } from './read-starts.ts'
import { socketRequests, type SocketRequestsParts } from './socket-requests.ts'

export interface RealtimeParts extends ConnectionParts, SocketRequestsParts {
  readonly faults: CallFaults
  /** Called whenever a socket is ready or begins to follow something. */
  readonly onFollow: () => void
}

/** What the handshake has found out, kept in `socket.data`. */
interface Admission {
  readonly token: VerifiedToken
  readonly starts: Starts
}

/** The Socket.IO side of the fake server: handshakes, and what sockets ask for. */
export class FakeRealtime {
  readonly connections = new Set<FakeConnection>()
  /** Answer to every handshake; undefined where they are decided by their token. */
  refusal: { code: ConnectErrorCode; retryAfterMs?: number } | undefined
  readonly #io: Server<ClientToServerEvents, ServerToClientEvents>
  readonly #parts: RealtimeParts
  readonly #instanceId = randomUUID()
  readonly #requests: ReturnType<typeof socketRequests>

  constructor(httpServer: HttpServer, parts: RealtimeParts) {
    this.#parts = parts
    this.#requests = socketRequests(parts)
    this.#io = new Server(httpServer, {
      serveClient: false,
      transports: ['websocket'],
      cors: { origin: '*' },
    })
    this.#io.use((socket, next) => {
      const refused = this.#refusalOf(socket)
      next(refused && Object.assign(new Error(refused.message), { data: refused }))
    })
    this.#io.on('connection', (socket) => this.#welcome(socket))
  }

  of(userId: string): FakeConnection[] {
    return [...this.connections].filter((connection) => connection.userId === userId)
  }

  closeAll(userId: string | undefined, closing?: Closing): void {
    const connections = userId === undefined ? this.connections : this.of(userId)
    for (const connection of connections) connection.close(closing)
  }

  async close(): Promise<void> {
    await this.#io.close()
  }

  /** Decides who a socket is and where it goes on; answers why it may not come in. */
  #refusalOf(socket: Socket): ConnectErrorData | undefined {
    try {
      if (this.refusal) {
        const { code, retryAfterMs } = this.refusal
        const message = `The test refuses connections: ${code}.`
        return { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) }
      }
      const token = this.#parts.tokens.verify(tokenOf(socket))
      const { userId } = token
      const owns = (jobId: string): boolean => this.#parts.book.find(jobId)?.userId === userId
      const starts = readStarts(socket, {
        userId,
        owns,
        head: (channel) => this.#parts.hub.log(channel).head,
      })
      Object.assign(socket.data, { token, starts })
      return undefined
    } catch (error) {
      const { code, message } = toRequestError(error)
      return { code: code as ConnectErrorCode, message }
    }
  }

  #welcome(socket: FakeSocket): void {
    const { hub, wire, onFollow } = this.#parts
    const { token, starts } = socket.data as Admission
    const connection = new FakeConnection(socket, token.userId, this.#parts)
    let replayed = 0
    for (const [channel, start] of starts.channels) {
      replayed += connection.replay(channel, replayOf(hub.log(channel), start))
      connection.follow(channel)
    }
    this.connections.add(connection)
    hub.followers.add(connection)
    socket.once('disconnect', () => {
      this.connections.delete(connection)
      hub.followers.delete(connection)
    })
    for (const name of Object.keys(this.#requests) as (keyof ClientToServerEvents)[]) {
      this.#listen(socket, connection, name)
    }
    ;(socket as Socket).onAny((name: string, ...values: unknown[]) => {
      const acknowledge = values.at(-1)
      if (name in this.#requests || typeof acknowledge !== 'function') return
      const message = `There is no event ${JSON.stringify(name)}.`
      wire.send(() => acknowledge({ ok: false, error: { code: 'bad_request', message } }))
    })
    connection.send('ready', {
      userId: token.userId,
      connectionId: socket.id,
      instanceId: this.#instanceId,
      channels: Object.fromEntries(connection.places),
      refused: starts.refused,
      replayed,
      serverTime: new Date().toISOString(),
    })
    connection.noticeExpiry(token)
    wire.send(() => {
      connection.isReady = true
      onFollow()
    })
  }

  #listen(socket: FakeSocket, connection: FakeConnection, name: keyof ClientToServerEvents): void {
    const { wire, book, onFollow } = this.#parts
    ;(socket as Socket).on(name, (...values: unknown[]) => {
      const acknowledge = values.at(-1)
      const ack = this.#answer(
        connection,
        name,
        typeof acknowledge === 'function' ? values.slice(0, -1) : values,
      )
      wire.send(() => {
        if (typeof acknowledge === 'function') acknowledge(ack)
        onFollow()
      })
      book.flush()
    })
  }

  #answer(connection: FakeConnection, name: keyof ClientToServerEvents, values: unknown[]): Ack {
    try {
      this.#parts.faults.check({ userId: connection.userId, name })
      return { ok: true, ...this.#requests[name](connection, values) }
    } catch (error) {
      const { code, message, retryAfterMs } = toRequestError(error)
      return { ok: false, error: { code, message, ...(retryAfterMs !== undefined && { retryAfterMs }) } }
    }
  }
}

function replayOf(log: ChannelLog, start: Start): Replay {
  return 'cursor' in start ? log.readAfter(start.cursor) : log.readSince(start.sinceMs)
}

function tokenOf({ handshake }: Socket): unknown {
  const { token } = handshake.auth as { token?: unknown }
  return (
    token ?? handshake.query['token'] ?? /^Bearer +(\S+)/i.exec(handshake.headers.authorization ?? '')?.[1]
  )
}
