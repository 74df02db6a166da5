import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { connectRedis, EventLog } from '@headway/event-log'
import type { JobView } from '@headway/events'
import { openJobs, type Attempt, type JobEngine } from '@headway/jobs'
import { createTestDatabase, services, signToken, TEST_JWT_SECRET, uniqueUserId } from '@headway/test-kit'
import type { Express } from 'express'
import { createOriginList } from '../src/auth/origins.ts'
import { createTokenVerifier } from '../src/auth/token-verifier.ts'
import { createApp, type AppOptions } from '../src/http/app.ts'
import { createHttpServer } from '../src/http/http-server.ts'
import { DEFAULT_JOB_LIMITS } from '../src/http/job-limits.ts'
import { DEFAULT_UPLOAD_LIMITS } from '../src/http/uploads/upload-limits.ts'
import { publishedLimits } from '../src/http/published-limits.ts'
import { createLogger } from '../src/logger.ts'
import { initRealtimeServer, type RealtimeOptions } from '../src/realtime/init-realtime-server.ts'
import { SnapshotReads } from '../src/snapshot-reads.ts'

export interface Answer {
  status: number
  headers: Headers
  bytes: Buffer
  text: string
  /** The body as JSON, whatever its form; undefined where it is none. */
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every form
  json: any
}

interface CallOptions {
  userId?: string
  token?: string
  /** Sent as JSON, unless it is a string or bytes. */
  body?: unknown
  headers?: Record<string, string>
}

export interface HttpFixture {
  url: string
  app: Express
  engine: JobEngine
  /** Everything that was logged. */
  log: () => string
  call: (request: string, options?: CallOptions) => Promise<Answer>
  /** Creates a job of `sum` through the API. */
  createJob: (userId: string) => Promise<JobView>
  /** Claims the job as a worker does. */
  claim: (jobId: string, dispatch?: number) => Promise<Attempt>
  close: () => Promise<void>
}

/** The operation that the tests start. */
export const SUM = {
  type: 'sum',
  description: 'Adds numbers',
  inputSchema: {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    properties: {
      numbers: { type: 'array', items: { type: 'integer' }, maxItems: 10 },
      label: { type: 'string', maxLength: 100, default: 'sum' },
    },
    required: ['numbers'],
    additionalProperties: false,
  },
  timeoutMs: 60_000,
  exclusive: false,
  priority: 0,
}

interface StartOptions extends Partial<AppOptions> {
  redisUrl?: string
  /** Has sockets as well, and so the streams of a job's events. */
  sockets?: Partial<RealtimeOptions>
}

/** The application on a port of its own, with a database of its own and the real Redis. */
export async function startHttp({ sockets, ...options }: StartOptions = {}): Promise<HttpFixture> {
  const logged: Buffer[] = []
  const destination = new PassThrough().on('data', (line: Buffer) => logged.push(line))
  const logger = createLogger({ level: 'trace', destination })
  const database = await createTestDatabase()
  const artifactsDir = await mkdtemp(join(tmpdir(), 'headway-http-'))
  const redisUrl = options.redisUrl ?? services().redisUrl
  const redis = connectRedis(redisUrl, 'publisher', { logger })
  const engine = await openJobs({
    databaseUrl: database.url,
    redis,
    eventLog: new EventLog(redis),
    artifactsDir,
    logger,
    queueName: `test-${randomUUID()}`,
  })
  await engine.operations.register([SUM])
  const server = createHttpServer((request, response) => app(request, response))
  const io =
    sockets &&
    (await initRealtimeServer(server, { jwtSecret: TEST_JWT_SECRET, redisUrl, engine, logger, ...sockets }))
  const app = createApp({
    engine,
    redis,
    logger,
    verifier: createTokenVerifier({ jwtSecret: TEST_JWT_SECRET }),
    origins: createOriginList(['https://good.example']),
    jobLimits: DEFAULT_JOB_LIMITS,
    uploadLimits: DEFAULT_UPLOAD_LIMITS,
    limits: publishedLimits({}),
    webDir: join(artifactsDir, 'no-console'),
    snapshotReads: new SnapshotReads(),
    isDraining: () => false,
    jobStreams: io?.jobStreams,
    ...options,
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const call = (request: string, callOptions?: CallOptions) => callUrl(url, request, callOptions)

  return {
    url,
    app,
    engine,
    call,
    log: () => Buffer.concat(logged).toString(),
    async createJob(userId) {
      const { json } = await call('POST /api/jobs', { userId, body: { type: 'sum', numbers: [1, 2] } })
      return json.job
    },
    async claim(jobId, dispatch = 1) {
      const attempt = await engine.attempts.claim({
        jobId,
        dispatch,
        workerId: uniqueUserId(),
        leaseMs: 60_000,
      })
      if (attempt === undefined) throw new Error(`Job ${jobId} could not be claimed.`)
      return attempt
    },
    async close() {
      await io?.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      await engine.close()
      redis.disconnect()
      await database.drop()
      await rm(artifactsDir, { recursive: true, force: true })
    },
  }
}

/** Calls any server; `request` is a method and a path below the address. */
export async function callUrl(url: string, request: string, options: CallOptions = {}): Promise<Answer> {
  const [method = 'GET', path = ''] = request.split(' ')
  const { userId, body, headers = {} } = options
  const token = options.token ?? (userId === undefined ? undefined : await signToken({ userId }))
  const isRaw = typeof body === 'string' || body instanceof Uint8Array
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...headers,
    },
    ...(body === undefined
      ? {}
      : { body: isRaw ? (body as string | Uint8Array<ArrayBuffer>) : JSON.stringify(body) }),
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  const text = bytes.toString()
  return { status: response.status, headers: response.headers, bytes, text, json: parseJson(text) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
