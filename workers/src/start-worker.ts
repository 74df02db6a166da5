import { randomUUID } from 'node:crypto'
import { connectRedis, EventLog, redisReady, type EventLogOptions, type Logger } from '@headway/event-log'
import { DEFAULT_QUEUE_NAME, openJobs, type QueuedTurn } from '@headway/jobs'
import { DelayedError, Worker, type Job } from 'bullmq'
import { BrowserSource, type BrowserSourceOptions } from './browser/browser-source.ts'
import { removeLeftoverProfiles } from './browser/profile-dirs.ts'
import type { Operation } from './define-operation.ts'
import { loadOperations } from './load-operations.ts'
import { OperationRegistration } from './operation-registration.ts'
import { UrlGuard } from './pages/url-guard.ts'
import { CancelListener } from './processor/cancel-listener.ts'
import { Heartbeat } from './processor/heartbeat.ts'
import { JobProcessor } from './processor/job-processor.ts'
import { RunningJobs } from './processor/running-jobs.ts'

export interface WorkerOptions {
  databaseUrl: string
  redisUrl: string
  /** Folder of artifacts and texts; all processes of a deployment see the same one. */
  artifactsDir: string
  logger: Logger
  /** What this worker runs. Default: the built-in operations, see `loadOperations`. */
  operations?: readonly Operation[]
  /** Jobs that run at the same time. @default 10 */
  concurrency?: number
  /** Lets operations open private and loopback addresses. @default false */
  allowPrivateUrls?: boolean
  /** @default 'headway' */
  queueName?: string
  eventLog?: EventLogOptions
  browsers?: Pick<BrowserSourceOptions, 'find' | 'pool'>
  /** How long a job stays a worker's without a sign of life, in milliseconds. @default 15_000 */
  leaseMs?: number
  /** Time between two signs of life, in milliseconds; at most a third of `leaseMs`. @default 5_000 */
  heartbeatMs?: number
  /** How long an operation that was told to stop may take to do so, in milliseconds. @default 3_000 */
  graceMs?: number
}

export interface RunningWorker {
  readonly workerId: string
  /** Process ids of the browsers. */
  readonly browserPids: readonly number[]
  /** Takes no more jobs, gives those that run back to the queue, and closes everything. */
  close(): Promise<void>
}

/** How long a job of another kind of worker waits in the queue before it is offered again, in milliseconds. */
const ELSEWHERE_DELAY_MS = 1000

/**
 * Starts a worker: it registers its operations and runs jobs until it is closed. Any number may run at once, in one process or
 * many.
 *
 * @example
 * const worker = await startWorker({
 *   databaseUrl, redisUrl, artifactsDir: './data/artifacts', logger: pino(),
 *   operations: [...(await loadOperations()), shout],
 * })
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { databaseUrl, redisUrl, artifactsDir, logger, queueName = DEFAULT_QUEUE_NAME } = options
  const workerId = randomUUID()
  const leaseMs = options.leaseMs ?? 15_000
  const operations = options.operations ?? (await loadOperations())

  const publisher = connectRedis(redisUrl, 'publisher', { logger })
  const subscriber = connectRedis(redisUrl, 'subscriber', { logger })
  const queueRedis = connectRedis(redisUrl, 'queue', { logger })
  const disconnect = (): void => {
    for (const redis of [publisher, subscriber, queueRedis]) redis.disconnect()
  }

  try {
    await redisReady(publisher)
    const engine = await openJobs({
      databaseUrl,
      redis: publisher,
      eventLog: new EventLog(publisher, options.eventLog),
      artifactsDir,
      logger,
      queueName,
    })
    await removeLeftoverProfiles()

    const urls = new UrlGuard({ allowPrivateUrls: options.allowPrivateUrls ?? false })
    const browsers = new BrowserSource({ urls, logger, ...options.browsers })
    const running = new RunningJobs()
    const processor = new JobProcessor({
      attempts: engine.attempts,
      operations: new Map(operations.map((operation) => [operation.type, operation])),
      running,
      browsers,
      urls,
      logger,
      workerId,
      leaseMs,
      graceMs: options.graceMs ?? 3000,
    })
    const registration = new OperationRegistration({
      registry: engine.operations,
      operations,
      browsers,
      logger,
    })
    const heartbeatMs = options.heartbeatMs ?? 5000
    const heartbeat = new Heartbeat({
      attempts: engine.attempts,
      running,
      logger,
      workerId,
      leaseMs,
      intervalMs: heartbeatMs,
    })
    const cancelListener = new CancelListener(subscriber, running)

    await cancelListener.start()
    await registration.start()
    heartbeat.start()
    engine.relay.start()
    engine.reconciler.start()

    const worker = new Worker<QueuedTurn>(
      queueName,
      (entry, token) => processEntry(processor, entry, token),
      {
        connection: queueRedis,
        concurrency: options.concurrency ?? 10,
        removeOnComplete: { count: 0 },
        removeOnFail: { count: 0 },
        // A turn that is taken twice claims nothing the second time, so a stalled one may always be offered again.
        maxStalledCount: 100,
      },
    )
    worker.on('error', (error) => logger.warn({ err: error }, 'the queue reports an error'))
    worker.on('failed', (entry, error) => {
      logger.error(
        { err: error, jobId: entry?.data.jobId },
        'a job could not be taken; the reconciler offers it again',
      )
    })
    await worker.waitUntilReady()
    logger.info({ workerId, operations: operations.map(({ type }) => type) }, 'worker is ready')

    return {
      workerId,
      get browserPids() {
        return browsers.pids
      },
      async close() {
        const closed = worker.close()
        running.stop()
        await closed
        await registration.stop()
        await heartbeat.stop()
        cancelListener.stop()
        await browsers.close()
        await engine.close()
        disconnect()
      },
    }
  } catch (error) {
    disconnect()
    throw error
  }
}

async function processEntry(processor: JobProcessor, entry: Job<QueuedTurn>, token?: string): Promise<void> {
  const end = await processor.process(entry.data)
  if (end !== 'elsewhere') return
  await entry.moveToDelayed(Date.now() + ELSEWHERE_DELAY_MS, token)
  throw new DelayedError()
}
