import { randomUUID } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { connectRedis, EventLog, redisReady } from '@headway/event-log'
import type { Attempt, JobEngine } from '@headway/jobs'
import { initRealtimeServer } from '@headway/server'
import { services, signToken, TEST_JWT_SECRET } from '@headway/test-kit'
import { onTestFinished } from 'vitest'
import { createOriginList } from '../../src/auth/origins.ts'
import { createTokenVerifier } from '../../src/auth/token-verifier.ts'
import { createApp } from '../../src/http/app.ts'
import { createHttpServer } from '../../src/http/http-server.ts'
import { DEFAULT_JOB_LIMITS } from '../../src/http/job-limits.ts'
import { DEFAULT_UPLOAD_LIMITS } from '../../src/http/uploads/upload-limits.ts'
import { publishedLimits } from '../../src/http/published-limits.ts'
import { SnapshotReads } from '../../src/snapshot-reads.ts'
import { createLogger } from '../../src/logger.ts'
import { openEngine, silent } from '../realtime-fixture.ts'
import { SCRIPTED, type ScriptedJob, type Stage } from './stage.ts'

/** The real server over real Redis and Postgres, on a port of its own, closed when the test ends. */
export async function openRealStage(): Promise<Stage> {
  const { redisUrl } = services()
  const redis = connectRedis(redisUrl, 'publisher', { logger: silent })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  const eventLog = new EventLog(redis, { maxSize: 40 })
  const engine = await openEngine(eventLog)
  await engine.operations.register([{ ...SCRIPTED, timeoutMs: 60_000, exclusive: false, priority: 0 }])
  const verifier = createTokenVerifier({ jwtSecret: TEST_JWT_SECRET })
  const origins = createOriginList([])
  const app = createApp({
    engine,
    redis,
    verifier,
    origins,
    logger: createLogger({ level: 'silent' }),
    jobLimits: DEFAULT_JOB_LIMITS,
    uploadLimits: DEFAULT_UPLOAD_LIMITS,
    limits: publishedLimits({}),
    webDir: '/nonexistent',
    snapshotReads: new SnapshotReads(),
    isDraining: () => false,
  })
  const httpServer = createHttpServer(app)
  // A flush of Redis is found out by a comparison of heads; nobody wants to wait 10 s for it.
  const io = await initRealtimeServer(httpServer, {
    engine,
    verifier,
    origins,
    eventLog,
    redisUrl,
    logger: silent,
    headCheckMs: 200,
  })
  onTestFinished(() => io.close())
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(httpServer.address() as AddressInfo).port}`,
    token: (userId, expiresInSeconds = 3_600) => signToken({ userId, expiresInSeconds }),
    job: (jobId) => new Worker(engine, jobId),
    publish: (userId, message) => io.broadcast(userId, message),
    wipe: (channels) => redis.del(...channels.flatMap((each) => [`hw:{${each}}:log`, `hw:{${each}}:head`])),
    cut() {
      for (const socket of io.of('/').sockets.values()) socket.conn.close()
    },
  }
}

/** Claims a job's turns as they come, and does what the test says. */
class Worker implements ScriptedJob {
  readonly #engine: JobEngine
  readonly #jobId: string
  #attempt: Attempt | undefined
  #dispatch = 1

  constructor(engine: JobEngine, jobId: string) {
    this.#engine = engine
    this.#jobId = jobId
  }

  async start(): Promise<void> {
    const turn = { jobId: this.#jobId, dispatch: this.#dispatch++, workerId: randomUUID(), leaseMs: 60_000 }
    this.#attempt = await this.#engine.attempts.claim(turn)
    await this.#running.running()
  }

  progress(percent: number, label: string): Promise<void> {
    return this.#running.progress(percent, label)
  }

  async step(name: string, status: 'completed' | 'failed', error = ''): Promise<void> {
    await this.#running.beginStep(name)
    if (status === 'completed') await this.#running.completeStep(name, null, 5)
    else await this.#running.failStep(name, error, 5)
  }

  async text(text: string): Promise<void> {
    await this.#running.chunk(text)
    await this.#running.flush()
  }

  async artifact(name: string, data: string, contentType: string): Promise<void> {
    await this.#running.artifact(name, Buffer.from(data), contentType)
  }

  ask(question: Parameters<ScriptedJob['ask']>[0]): Promise<unknown> {
    return this.#running.park({ ...question, expiresInMs: 60_000 })
  }

  complete(result: unknown): Promise<void> {
    return this.#running.complete(result)
  }

  fail(error: string, code: string): Promise<void> {
    return this.#running.fail({ error, code, retryable: true })
  }

  retry(): Promise<void> {
    return this.#running.requeue('retry')
  }

  letGo(): Promise<void> {
    return this.#running.cancelled()
  }

  get #running(): Attempt {
    if (this.#attempt) return this.#attempt
    throw new Error(`Nobody has claimed job ${this.#jobId}. Call start() after it has entered the queue.`)
  }
}
