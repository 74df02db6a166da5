import type { Server as HttpServer } from 'node:http'
import { randomUUID } from 'node:crypto'
import { createAdapter } from '@socket.io/redis-adapter'
import {
  connectRedis,
  createBroadcaster,
  createBusCodec,
  EventLog,
  PacketEncoder,
  redisReady,
  TextLog,
  type Broadcaster,
  type Logger,
} from '@headway/event-log'
import { MESSAGE_MAX_BYTES } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import type { Redis } from 'ioredis'
import { Server, type ServerOptions } from 'socket.io'
import * as parser from 'socket.io-parser'
import { createOriginList, type OriginList } from '../auth/origins.ts'
import { createTokenVerifier, type TokenVerifier, type TokenVerifierOptions } from '../auth/token-verifier.ts'
import { createLogger } from '../logger.ts'
import { SnapshotReads } from '../snapshot-reads.ts'
import { adapterConnection } from './adapter-connection.ts'
import { AdapterRooms } from './adapter-rooms.ts'
import { Backpressure } from './backpressure/backpressure.ts'
import type { SendLimits } from './backpressure/send-queue.ts'
import { ChannelFollower } from './channel-follower.ts'
import { acceptSockets } from './accept-sockets.ts'
import { closeGently } from './close-gently.ts'
import { Drain } from './drain.ts'
import { endTransports } from './end-transports.ts'
import { forbidUpgrade } from './forbid-upgrade.ts'
import { createAuthentication } from './handshake/authenticate.ts'
import { ConnectionLimits, type ConnectionLimitOptions } from './handshake/connection-limits.ts'
import type { RealtimeObserver } from './realtime-observer.ts'
import { Sequencer } from './sequencer/sequencer.ts'
import type { RealtimeServer } from './socket-data.ts'
import { JobStreams } from './streams/job-streams.ts'
import { RoomReaders } from './streams/room-readers.ts'
import { watchSubscriber } from './subscriber-watch.ts'

/** Longest time between the transport's opening and CONNECT, and between two signs of life. */
export const CONNECT_TIMEOUT_MS = 10_000
export const PING_INTERVAL_MS = 10_000
export const PING_TIMEOUT_MS = 5_000

export interface RealtimeOptions extends TokenVerifierOptions {
  redisUrl: string
  /** Checks tokens in place of `jwtSecret` and `jwksUrl`. */
  verifier?: TokenVerifier
  /** Pages of other origins that may connect, exactly as the browser names them. @default none */
  cors?: { origin: string | string[] }
  /** Checks origins in place of `cors`. */
  origins?: OriginList
  /** The jobs behind job rooms (`openJobs`). Without it, calls about jobs are answered with `unavailable`. */
  engine?: JobEngine
  /** The log that the publishers use, if its settings are not the defaults. */
  eventLog?: EventLog
  logger?: Logger
  /** @default ['websocket'], which needs no sticky sessions */
  transports?: ServerOptions['transports']
  /** Named in `ready`. @default a random id */
  instanceId?: string
  connectionLimits?: ConnectionLimitOptions
  /** Limits the snapshots that are read at a time. Share it with the job routes of the same process. */
  snapshotReads?: SnapshotReads
  /** What may wait for a connection whose reader is slow, before it is closed with `too_slow`. */
  sendLimits?: SendLimits
  /** How often every room is compared with its log, in milliseconds. @default 10_000 */
  headCheckMs?: number
  /** How often a stream of events that is silent gives a sign of life, in milliseconds. @default 15_000 */
  streamPingMs?: number
  /** How often the server asks each connection for a sign of life, in milliseconds. @default 10_000 */
  pingIntervalMs?: number
  /** How long that sign may take, in milliseconds. @default 5_000 */
  pingTimeoutMs?: number
  /**
   * Longest time over which `io.close()` lets the sockets go, in milliseconds; 50 or fewer always go at once. The process must live
   * a little longer than that.
   *
   * @default 10_000
   */
  drainMs?: number
  /** Is told what happens to sockets and messages: `createRealtimeMetrics` makes one. */
  observer?: RealtimeObserver | undefined
}

/** Sockets, a publisher, and the streams that `createJobRoutes` serves. */
export type HeadwayServer = RealtimeServer & Broadcaster & { readonly jobStreams: JobStreams }

/**
 * Puts Headway's protocol on an HTTP server: sockets that get every event once and in order, whatever dropped in
 * between, on this instance and on any other with the same Redis. `io.close()` ends all of it.
 *
 * @throws Error if Redis does not answer within 10 s
 * @example
 * const io = await initRealtimeServer(httpServer, { jwtSecret, redisUrl, cors: { origin: 'https://app.example.com' } })
 * await io.broadcast(userId, { type: 'CUSTOMER_UPDATED', payload: { customerId } })
 */
export async function initRealtimeServer(
  httpServer: HttpServer,
  options: RealtimeOptions,
): Promise<HeadwayServer> {
  const logger = options.logger ?? createLogger({ level: 'info' })
  const publisher = connectRedis(options.redisUrl, 'publisher', { logger })
  const subscriber = connectRedis(options.redisUrl, 'subscriber', { logger })
  try {
    await Promise.all([redisReady(publisher), redisReady(subscriber)])
    return await build(httpServer, { options, logger, publisher, subscriber })
  } catch (error) {
    publisher.disconnect()
    subscriber.disconnect()
    throw error
  }
}

interface Connections {
  options: RealtimeOptions
  logger: Logger
  publisher: Redis
  subscriber: Redis
}

async function build(
  httpServer: HttpServer,
  { options, logger, publisher, subscriber }: Connections,
): Promise<HeadwayServer> {
  const verifier = options.verifier ?? createTokenVerifier(options)
  const eventLog = options.eventLog ?? new EventLog(publisher)
  const { namespace } = eventLog
  const { observer } = options
  const textLog = new TextLog(publisher, { namespace })

  let sequencer: Sequencer | undefined
  const codec = createBusCodec(
    (message) => sequencer?.gate(message) ?? 'drop',
    (bytes) => {
      observer?.onMalformed()
      logger.warn({ bytes }, 'Malformed bytes on the adapter channel were ignored')
    },
  )
  const io: RealtimeServer = new Server(httpServer, {
    ...transportOptions(options),
    adapter: createAdapter(adapterConnection(publisher, logger), adapterConnection(subscriber, logger), {
      key: namespace.adapterKey,
      parser: codec,
    }),
  })
  const backpressure = new Backpressure({ logger, limits: options.sendLimits, observer })
  const readers = new RoomReaders()
  const rooms = new AdapterRooms({ adapter: io.of('/').adapter, backpressure, readers })
  sequencer = new Sequencer({ eventLog, textLog, rooms, logger, observer })
  rooms.onLeave((room) => sequencer.closeIfUnused(room))
  endTransports(io)

  const limits = new ConnectionLimits(publisher, options.connectionLimits)
  const drain = new Drain(io, { overMs: options.drainMs, streams: () => jobStreams.open })
  io.use(createAuthentication({ verifier, limits, eventLog, drain, logger, observer }))
  const parts = {
    engine: options.engine,
    sequencer,
    follower: new ChannelFollower({ sequencer, eventLog, textLog, observer }),
    eventLog,
    textLog,
    snapshots: options.snapshotReads ?? new SnapshotReads(),
    logger,
    observer,
  }
  acceptSockets(io, {
    ...parts,
    verifier,
    backpressure,
    instanceId: options.instanceId ?? randomUUID(),
  })
  const { sendLimits, streamPingMs: pingMs } = options
  const jobStreams = new JobStreams({ ...parts, readers, limits, drain, sendLimits, pingMs })

  const pattern = `${namespace.adapterKey}#/#*`
  await subscriber.psubscribe(pattern)
  const unwatch = watchSubscriber(subscriber, pattern, {
    publisher,
    sequencer,
    logger,
    ...(options.headCheckMs === undefined ? {} : { intervalMs: options.headCheckMs }),
  })
  closeGently(io, drain, () => {
    unwatch()
    publisher.disconnect()
    subscriber.disconnect()
  })
  return Object.assign(io, createBroadcaster({ eventLog, logger }), { jobStreams })
}

function transportOptions(options: RealtimeOptions): Partial<ServerOptions> {
  const origins = options.origins ?? createOriginList([options.cors?.origin ?? []].flat())
  return {
    path: '/socket.io',
    transports: options.transports ?? ['websocket'],
    parser: { Encoder: PacketEncoder, Decoder: parser.Decoder },
    // `cors` guards polling alone; a page can open a WebSocket anywhere.
    allowRequest: (request, decide) => {
      const isAllowed = origins.allows(request.headers)
      if (!isAllowed) {
        options.observer?.onRefused('origin')
        forbidUpgrade(request)
      }
      decide(null, isAllowed)
    },
    cors: { origin: [...origins.origins] },
    maxHttpBufferSize: MESSAGE_MAX_BYTES,
    connectTimeout: CONNECT_TIMEOUT_MS,
    pingInterval: options.pingIntervalMs ?? PING_INTERVAL_MS,
    pingTimeout: options.pingTimeoutMs ?? PING_TIMEOUT_MS,
    perMessageDeflate: false,
    serveClient: false,
  }
}
