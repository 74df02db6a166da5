import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRedis, EventLog, redisReady } from '@headway/event-log'
import { jobChannel, userChannel, type JobView } from '@headway/events'
import { openJobs, type JobEngine } from '@headway/jobs'
import { createTestDatabase, services, startTestRedis, uniqueUserId, waitFor } from '@headway/test-kit'
import { startWorker, type RunningWorker, type WorkerOptions } from '../../src/start-worker.ts'
import { MessageTap } from './message-tap.ts'
import { testLogger } from './test-logger.ts'

export interface DeploymentOptions {
  /** A Redis of its own, which the test may flush or stop. */
  ownRedis?: boolean
  /** A Redis that the test has started itself. */
  redisUrl?: string
  /** On a Redis of its own, the queue that a worker's process takes. Default: one of this deployment's own. */
  queueName?: string
}

/** A deployment without servers: database, queue and artifacts of its own, and as many workers as a test starts. */
export class Deployment {
  readonly userId = uniqueUserId()
  readonly databaseUrl: string
  readonly redisUrl: string
  readonly artifactsDir: string
  readonly engine: JobEngine
  readonly tap: MessageTap
  readonly #queueName: string
  readonly #workers: RunningWorker[] = []
  readonly #cleanUp: (() => Promise<void> | void)[]

  static async open({ ownRedis = false, ...options }: DeploymentOptions = {}): Promise<Deployment> {
    const database = await createTestDatabase()
    const redis = ownRedis ? await startTestRedis() : undefined
    const redisUrl = redis?.url ?? options.redisUrl ?? services().redisUrl
    const dataDir = await mkdtemp(join(tmpdir(), 'headway-test-'))
    const artifactsDir = join(dataDir, 'artifacts')
    const queueName = options.queueName ?? `test-${randomUUID()}`
    const publisher = connectRedis(redisUrl, 'publisher', { logger: testLogger })
    await redisReady(publisher)
    const eventLog = new EventLog(publisher)
    const engine = await openJobs({
      databaseUrl: database.url,
      redis: publisher,
      eventLog,
      artifactsDir,
      logger: testLogger,
      queueName,
    })
    engine.relay.start()
    const tap = await MessageTap.open(redisUrl)
    return new Deployment({ databaseUrl: database.url, redisUrl, artifactsDir, queueName, engine, tap }, [
      () => engine.close(),
      () => publisher.disconnect(),
      () => tap.close(),
      () => database.drop(),
      () => rm(dataDir, { recursive: true, force: true }),
      ...(redis ? [() => redis.stop()] : []),
    ])
  }

  private constructor(
    parts: Pick<Deployment, 'databaseUrl' | 'redisUrl' | 'artifactsDir' | 'engine' | 'tap'> & {
      queueName: string
    },
    cleanUp: (() => Promise<void> | void)[],
  ) {
    this.databaseUrl = parts.databaseUrl
    this.redisUrl = parts.redisUrl
    this.artifactsDir = parts.artifactsDir
    this.engine = parts.engine
    this.tap = parts.tap
    this.#queueName = parts.queueName
    this.#cleanUp = cleanUp
  }

  /** What a worker of this deployment is started with, in this process or in one of its own. */
  get workerOptions(): Omit<WorkerOptions, 'logger'> {
    const { databaseUrl, redisUrl, artifactsDir } = this
    const services = { databaseUrl, redisUrl, artifactsDir, queueName: this.#queueName }
    return { ...services, heartbeatMs: 300, leaseMs: 2000, graceMs: 500 }
  }

  async startWorker(options: Partial<WorkerOptions> = {}): Promise<RunningWorker> {
    const worker = await startWorker({ ...this.workerOptions, logger: testLogger, ...options })
    this.#workers.push(worker)
    return worker
  }

  async createJob(operationType: string, input: Record<string, unknown>): Promise<string> {
    const creation = await this.engine.jobs.create({ userId: this.userId, operationType, input })
    if (creation.outcome === 'idempotency_mismatch')
      throw new Error('A job without a key cannot be a repetition.')
    const { jobId } = creation.response
    await this.publish(jobId)
    return jobId
  }

  async cancel(jobId: string): Promise<void> {
    await this.engine.jobs.cancel({ userId: this.userId, jobId, reason: 'no longer wanted', by: 'user' })
    await this.publish(jobId)
  }

  async resume(jobId: string): Promise<void> {
    const { outcome } = await this.engine.jobs.resume({ userId: this.userId, jobId })
    if (outcome !== 'resumed') throw new Error(`The job could not be resumed: ${outcome}.`)
    await this.publish(jobId)
  }

  /** Answers a question as its form would, without a check. False where the job does not wait for that. */
  async answer(jobId: string, question: string, value: unknown): Promise<boolean> {
    const answer = { userId: this.userId, jobId, question, value, check: fits }
    const { outcome } = await this.engine.jobs.answer(answer)
    if (outcome === 'answered') await this.publish(jobId)
    return outcome === 'answered'
  }

  async view(jobId: string): Promise<JobView> {
    const job = await this.engine.jobs.view(this.userId, jobId)
    if (!job) throw new Error(`Job ${jobId} is not there.`)
    return job
  }

  /** Waits until the job is in the state and all its messages are out. */
  async reaches(jobId: string, state: JobView['state'], timeoutMs = 25_000): Promise<JobView> {
    const job = await waitFor(
      async () => {
        const view = await this.view(jobId)
        return view.state === state ? view : undefined
      },
      { timeoutMs },
    ).catch(async (error: unknown) => {
      const { state: actual, error: why } = await this.view(jobId)
      throw new Error(`Job ${jobId} is ${actual}${why === null ? '' : ` (${why})`} and not ${state}.`, {
        cause: error,
      })
    })
    await this.publish(jobId)
    return job
  }

  async text(jobId: string): Promise<string> {
    return (await this.engine.text.read(jobId, 0, 64 * 1_048_576)).text.toString()
  }

  async publish(jobId: string): Promise<void> {
    await this.engine.relay.flush([userChannel(this.userId), jobChannel(jobId)])
  }

  async close(): Promise<void> {
    for (const worker of this.#workers) await worker.close()
    for (const step of this.#cleanUp) await step()
  }
}

function fits(): undefined {}
