import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRedis, EventLog, redisReady, type EventLogOptions } from '@headway/event-log'
import type { Closing, Ready, Resync, WebSocketMessage } from '@headway/events'
import { openJobs, type JobEngine } from '@headway/jobs'
import { initRealtimeServer, type RealtimeOptions } from '@headway/server'
import { createTestDatabase, services, signToken, TEST_JWT_SECRET } from '@headway/test-kit'
import { io as connectSocket, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client'
import { onTestFinished } from 'vitest'

export const silent = { debug() {}, info() {}, warn() {}, error() {} }

export interface RealtimeFixture {
  url: string
  io: Awaited<ReturnType<typeof initRealtimeServer>>
  eventLog: EventLog
}

/** A realtime server on a port of its own, closed when the test ends. */
export async function openRealtime(
  options: Partial<RealtimeOptions> & { log?: EventLogOptions; listener?: RequestListener } = {},
): Promise<RealtimeFixture> {
  const redisUrl = options.redisUrl ?? services().redisUrl
  const redis = connectRedis(redisUrl, 'publisher', { logger: silent })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  const eventLog = options.eventLog ?? new EventLog(redis, options.log)
  const httpServer = createServer(options.listener)
  const io = await initRealtimeServer(httpServer, {
    jwtSecret: TEST_JWT_SECRET,
    redisUrl,
    logger: silent,
    eventLog,
    ...options,
  })
  onTestFinished(() => io.close())
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
  return { url: `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`, io, eventLog }
}

/** A job engine on a database of its own. */
export async function openEngine(eventLog: EventLog): Promise<JobEngine> {
  const database = await createTestDatabase()
  const artifactsDir = await mkdtemp(join(tmpdir(), 'headway-artifacts-'))
  const engine = await openJobs({
    databaseUrl: database.url,
    redisUrl: services().redisUrl,
    eventLog,
    artifactsDir,
    logger: silent,
    queueName: `test-${randomUUID()}`,
  })
  onTestFinished(async () => {
    await engine.close()
    await database.drop()
    await rm(artifactsDir, { recursive: true, force: true })
  })
  return engine
}

export interface TestClient {
  socket: Socket
  events: WebSocketMessage[]
  readies: Ready[]
  resyncs: Resync[]
  closings: Closing[]
  expiries: { expiresAt: string }[]
  /** Cursor of each channel after what has arrived. */
  cursors: Record<string, number>
  ready(): Promise<Ready>
  types(): string[]
  /** Sends a request and answers its acknowledgement. */
  request(event: string, ...values: unknown[]): Promise<Record<string, unknown> & { ok: boolean }>
}

export interface ClientOptions extends Partial<ManagerOptions & SocketOptions> {
  userId?: string
  auth?: Record<string, unknown>
}

/** A stock client that only collects what arrives. */
export async function openClient(
  url: string,
  { userId, ...options }: ClientOptions = {},
): Promise<TestClient> {
  const token = userId === undefined ? {} : { token: await signToken({ userId }) }
  const socket = connectSocket(url, {
    transports: ['websocket'],
    forceNew: true,
    reconnection: false,
    ...options,
    auth: { ...token, ...options.auth },
  })
  onTestFinished(() => void socket.disconnect())
  const client: TestClient = {
    socket,
    events: [],
    readies: [],
    resyncs: [],
    closings: [],
    expiries: [],
    cursors: {},
    types: () => client.events.map(({ type }) => type),
    ready: () =>
      client.readies.length > 0 ? Promise.resolve(client.readies.at(-1)!) : once(socket, 'ready'),
    request: (event, ...values) => socket.timeout(10_000).emitWithAck(event, ...values),
  }
  socket.on('event', (message: WebSocketMessage) => {
    client.events.push(message)
    if (message.seq !== undefined) client.cursors[message.channel] = message.seq
  })
  socket.on('ready', (ready: Ready) => {
    client.readies.push(ready)
    client.cursors = { ...client.cursors, ...ready.channels }
  })
  socket.on('resync', (resync: Resync) => {
    client.resyncs.push(resync)
    client.cursors[resync.channel] = resync.seq
  })
  socket.on('auth:expiring', (expiry: { expiresAt: string }) => client.expiries.push(expiry))
  socket.on('closing', (closing: Closing) => client.closings.push(closing))
  return client
}

/** As {@link openClient}, once it is `ready`. */
export async function openReadyClient(url: string, options: ClientOptions): Promise<TestClient> {
  const client = await openClient(url, options)
  await client.ready()
  return client
}

function once<TValue>(socket: Socket, event: string): Promise<TValue> {
  return new Promise((resolve, reject) => {
    socket.once(event, resolve)
    socket.once('connect_error', (error: Error & { data?: unknown }) =>
      reject(new Error(`refused: ${JSON.stringify(error.data ?? error.message)}`, { cause: error })),
    )
  })
}

/** `err.data` of a refused handshake. */
export function refusalOf({ socket }: TestClient): Promise<{ code: string; message: string }> {
  return new Promise((resolve, reject) => {
    socket.once('connect', () => reject(new Error('was let in')))
    socket.once('connect_error', (error: Error & { data?: { code: string; message: string } }) =>
      error.data ? resolve(error.data) : reject(error),
    )
  })
}
