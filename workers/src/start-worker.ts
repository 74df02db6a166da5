import { randomUUID } from 'node:crypto'
import { EventLog, redisReady, requireSafeRedis, type EventLogOptions, type Logger } from '@headway/event-log'
import {
  DEFAULT_QUEUE_NAME,
  openJobs,
  type ArtifactLimits,
  type JobEngine,
  type RetentionLimits,
  type S3Settings,
  type TextWriterSettings,
} from '@headway/jobs'
import { LlmClient } from './agent/llm-client.ts'
import type { LlmSettings } from './agent/llm-settings.ts'
import { BrowserSource, type BrowserSourceOptions } from './browser/browser-source.ts'
import { removeLeftovers } from './browser/remove-leftovers.ts'
import type { Operation } from './define-operation.ts'
import type { ErpAccount } from './erp/erp-account.ts'
import { AttemptHolder } from './external/attempt-holder.ts'
import { ExternalOperation } from './external/external-operation.ts'
import { loadOperations } from './load-operations.ts'
import { OperationRegistration } from './operation-registration.ts'
import { UrlGuard } from './pages/url-guard.ts'
import { CancelListener } from './processor/cancel-listener.ts'
import { Heartbeat } from './processor/heartbeat.ts'
import type { JobObserver } from './processor/job-observer.ts'
import { JobProcessor } from './processor/job-processor.ts'
import { QueueConsumer } from './processor/queue-consumer.ts'
import { ReportListener } from './processor/report-listener.ts'
import { RunningJobs } from './processor/running-jobs.ts'
import { startMaintenance } from './scheduler/start-maintenance.ts'
import { QueueWatchdog, type StuckWorker } from './watchdog/queue-watchdog.ts'
import { WorkerConnections } from './worker-connections.ts'

export interface WorkerOptions {
  databaseUrl: string
  redisUrl: string
  /** Folder of artifacts and texts; all processes of a deployment see the same one. */
  artifactsDir: string
  /** Keeps artifacts and texts in place of the folder. */
  artifactsBucket?: S3Settings | undefined
  /** @default 50 MiB for an artifact, 500 MiB for all of a job */
  artifactLimits?: ArtifactLimits
  logger: Logger
  /** Refuses a Redis that throws keys away when its memory is full; else that is a warning. @default false */
  isProduction?: boolean
  /** What this worker runs. Default: the built-in operations, see `loadOperations`. */
  operations?: readonly Operation[]
  /** Jobs that run at the same time. @default 10 */
  concurrency?: number
  /** Lets operations open private and loopback addresses. @default false */
  allowPrivateUrls?: boolean
  /** Decides which addresses operations open, as one with a resolver of its own. Default: by `allowPrivateUrls`. */
  urls?: UrlGuard
  /** The ERP that `submit-order` and `update-customer` work in; without it they are unavailable. */
  erp?: ErpAccount | undefined
  /** The model that `agent` asks; without it that is unavailable. */
  llm?: LlmSettings | undefined
  /** @default 'headway' */
  queueName?: string
  eventLog?: EventLogOptions
  browsers?: Pick<BrowserSourceOptions, 'find' | 'pool'>
  /** Is told what becomes of jobs, for metrics. That of browsers is handed to their pool. */
  jobObserver?: JobObserver | undefined
  /** How long a job stays a worker's without a sign of life, in milliseconds. @default 15_000 */
  leaseMs?: number
  /** Time between two signs of life, in milliseconds; at most a third of `leaseMs`. @default 5_000 */
  heartbeatMs?: number
  /** See the relay of `@headway/jobs`. @default 2_000 */
  sweepIntervalMs?: number
  /** See the reconciler of `@headway/jobs`. @default 30_000 */
  reconcileIntervalMs?: number
  /** See `openDatabase` of `@headway/jobs`. @default 15_000 */
  queryTimeoutMs?: number
  /** What is kept of jobs that ended. @default 30 days, 1_000 per user */
  retention?: RetentionLimits
  /**
   * How long the worker may take no job, in milliseconds, while some wait and it has room. It is logged then, and told to
   * `onStuck`: a hanging connection mends itself by a new start alone. 0 for never.
   *
   * @default 60_000
   */
  watchdogMs?: number
  /** Ends the process, so that its supervisor starts it anew. Default: nothing is done. */
  onStuck?: (stuck: StuckWorker) => void
  /** How long an operation that was told to stop may take to do so, in milliseconds. @default 3_000 */
  graceMs?: number
  /** How the text of jobs is cut into messages. */
  textWriter?: TextWriterSettings
  /** How long a question waits for its answer where the operation does not say, in milliseconds. @default 86_400_000 */
  questionExpiryMs?: number
}

export interface RunningWorker {
  readonly workerId: string
  /** Process ids of the browsers. */
  readonly browserPids: readonly number[]
  /** Takes no more jobs, gives those that run back to the queue, and closes everything. */
  close(): Promise<void>
}

/**
 * Starts a worker: it registers its operations and runs jobs until it is closed. Any number may run at once, in one process or
 * many. Needs Postgres and Redis at the start; later, it waits for them.
 *
 * @example
 * const worker = await startWorker({
 *   databaseUrl, redisUrl, artifactsDir: './data/artifacts', logger: pino(),
 *   operations: [...(await loadOperations()), shout],
 * })
 */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const connections = new WorkerConnections(options.redisUrl, options.logger)
  try {
    await redisReady(connections.publisher)
    const { isProduction = false, logger } = options
    await requireSafeRedis(connections.publisher, { isProduction, logger })
    const operations = options.operations ?? (await loadOperations())
    const engine = await openEngine(options, connections)
    await removeLeftovers(logger)
    return await runWorker({ ...options, operations }, connections, engine)
  } catch (error) {
    connections.close()
    throw error
  }
}

function openEngine(options: WorkerOptions, { publisher }: WorkerConnections): Promise<JobEngine> {
  const { queueName = DEFAULT_QUEUE_NAME, sweepIntervalMs = 2000 } = options
  const eventLog = new EventLog(publisher, options.eventLog)
  return openJobs({ ...options, redis: publisher, eventLog, queueName, sweepIntervalMs })
}

async function runWorker(
  options: WorkerOptions & { operations: readonly Operation[] },
  connections: WorkerConnections,
  engine: JobEngine,
): Promise<RunningWorker> {
  const {
    logger,
    operations,
    leaseMs = 15_000,
    heartbeatMs = 5000,
    graceMs = 3000,
    questionExpiryMs = 86_400_000,
    concurrency = 10,
    watchdogMs = 60_000,
    onStuck = () => {},
  } = options
  const workerId = randomUUID()
  const { attempts } = engine
  const urls = options.urls ?? new UrlGuard({ allowPrivateUrls: options.allowPrivateUrls ?? false })
  const browsers = new BrowserSource({ urls, logger, ...options.browsers })
  const llm = options.llm && new LlmClient(options.llm)
  const resources = { orders: engine.orders, erp: options.erp, llm }
  const running = new RunningJobs()
  const holder = new AttemptHolder({ ...engine, running, logger })
  const byType = new Map(operations.map((operation) => [operation.type, withHolder(operation, holder)]))
  const observer = options.jobObserver
  const shared = { attempts, running, logger, workerId, leaseMs, observer }
  const processor = new JobProcessor({
    ...shared,
    operations: byType,
    browsers,
    urls,
    resources,
    uploads: engine.uploads,
    graceMs,
    questionExpiryMs,
  })
  const heartbeat = new Heartbeat({ ...shared, intervalMs: heartbeatMs })
  const cancelListener = new CancelListener(connections.subscriber, running)
  const reportListener = new ReportListener(connections.subscriber, running)
  const registration = new OperationRegistration({
    registry: engine.operations,
    operations,
    browsers,
    resources,
    logger,
  })

  await cancelListener.start()
  await reportListener.start()
  await registration.start()
  heartbeat.start()
  engine.relay.start()
  engine.reconciler.start()
  const queueName = engine.queue.name
  const consumer = new QueueConsumer({
    queueName,
    redis: connections.queue,
    concurrency,
    leaseMs,
    processor,
    logger,
    observer,
  })
  const { queue } = engine
  const watchdog = new QueueWatchdog({ queue, consumer, logger, workerId, limitMs: watchdogMs, onStuck })
  await consumer.ready()
  const maintenance = await startMaintenance({ engine, redis: connections.queue, logger })
  watchdog.start()
  logger.info({ workerId, operations: [...byType.keys()] }, 'worker is ready')

  return {
    workerId,
    get browserPids() {
      return browsers.pids
    },
    async close() {
      // In this order: no new jobs, then the end of those that run, then what they needed for it.
      const consumed = Promise.all([consumer.close(), maintenance.close(), watchdog.stop()])
      running.stop()
      await consumed
      await processor.idle()
      await Promise.all([registration.stop(), heartbeat.stop(), browsers.close()])
      cancelListener.stop()
      reportListener.stop()
      await engine.close()
      connections.close()
    },
  }
}

function withHolder(operation: Operation, holder: AttemptHolder): Operation {
  return operation instanceof ExternalOperation ? operation.heldBy(holder) : operation
}
