import {
  connectRedis,
  FencedEmitter,
  ProgressLog,
  TextLog,
  WorkOffers,
  type EventLog,
  type Logger,
} from '@headway/event-log'
import type { Redis } from 'ioredis'
import { sql, type Kysely } from 'kysely'
import { DEFAULT_ARTIFACT_LIMITS, type ArtifactLimits } from './artifacts/artifact-limits.ts'
import { ArtifactStore } from './artifacts/artifact-store.ts'
import { JobText } from './artifacts/job-text.ts'
import { openArtifactDriver } from './artifacts/open-artifact-driver.ts'
import type { S3Settings } from './artifacts/s3-settings.ts'
import { AttemptStore } from './attempts/attempt-store.ts'
import type { TextWriterSettings } from './attempts/text-writer.ts'
import type { Database } from './database/database.ts'
import { migrate } from './database/migrate.ts'
import { openDatabase } from './database/open-database.ts'
import { DatabaseAwayError, DatabaseUnreachableError } from './errors.ts'
import { OperationRegistry } from './operations/operation-registry.ts'
import { PendingOrders } from './orders/pending-orders.ts'
import type { RelayObserver } from './outbox/relay-observer.ts'
import { Relay } from './outbox/relay.ts'
import { DEFAULT_QUEUE_NAME, JobQueue } from './queue/job-queue.ts'
import { Reconciler } from './queue/reconciler.ts'
import { JobRepository } from './repository/job-repository.ts'
import { JobViews } from './repository/job-views.ts'
import { HeldAttempts } from './reports/held-attempts.ts'
import { ReportConsumer } from './reports/report-consumer.ts'
import { ReportHandler } from './reports/report-handler.ts'
import type { ReportObserver } from './reports/report-observer.ts'
import type { Retention, RetentionLimits } from './retention/retention.ts'
import type { MaintenanceQueue } from './scheduling/maintenance-queue.ts'
import type { Maintenance } from './scheduling/maintenance.ts'
import { openMaintenance } from './scheduling/open-maintenance.ts'
import { Uploads } from './uploads/uploads.ts'

/** What the job engine of a process stands on: Postgres, the event log, Redis, a folder or a bucket. */
export type JobsOptions = {
  databaseUrl: string
  eventLog: EventLog
  /** Folder of artifacts and texts; all processes of a deployment see the same one. */
  artifactsDir: string
  /** Keeps artifacts and texts in place of the folder. */
  artifactsBucket?: S3Settings | undefined
  /** @default 50 MiB for an artifact, 500 MiB for all of a job */
  artifactLimits?: ArtifactLimits
  logger: Logger
  /** @default 'headway' */
  queueName?: string
  /** See `openDatabase`. @default 15_000 */
  queryTimeoutMs?: number | undefined
  /** See `Relay`. @default 2_000 */
  sweepIntervalMs?: number
  /** How the text of jobs is cut into messages. */
  textWriter?: TextWriterSettings
  /** See `Reconciler`. @default 30_000 */
  reconcileIntervalMs?: number
  /** What is kept, and for how long. @default 30 days, 1_000 ended jobs per user */
  retention?: RetentionLimits | undefined
  /** Is told what the relay publishes. */
  relayObserver?: RelayObserver | undefined
  /** Is told what becomes of the reports of workers. */
  reportObserver?: ReportObserver | undefined
} & (
  | {
      /** The connection that `eventLog` writes to (role `publisher`): its restarts are what the outbox must know of. */
      redis: Redis
    }
  | {
      /** Where to open a connection of its own. */
      redisUrl: string
    }
)

/** Jobs in Postgres, moved by BullMQ, told by the event log: everything that a server or a worker does with them. */
export interface JobEngine {
  readonly db: Kysely<Database>
  readonly eventLog: EventLog
  readonly jobs: JobRepository
  readonly attempts: AttemptStore
  readonly operations: OperationRegistry
  readonly orders: PendingOrders
  readonly uploads: Uploads
  readonly artifacts: ArtifactStore
  readonly text: JobText
  readonly queue: JobQueue
  /** Publishes when asked to; sweeps after `start()`. */
  readonly relay: Relay
  /** Works after `start()`. */
  readonly reconciler: Reconciler
  readonly retention: Retention
  /** Where the deployment's scheduler puts what is to be done periodically, for workers to take. */
  readonly maintenanceQueue: MaintenanceQueue
  /** What a worker does with an entry of that queue. */
  readonly maintenance: Maintenance
  /** Attempts that are offered to workers that are not ours. */
  readonly offers: WorkOffers
  /** What is done to an attempt that is held for one of them. */
  readonly held: HeldAttempts
  /** Handles what workers that are not ours report, after `start()`. */
  readonly reports: ReportConsumer
  /** Stops reports, relay and reconciler, waits for what they are doing, and closes what `openJobs` has opened. */
  close(): Promise<void>
}

/** Connections that a process keeps for its relay, apart from those that answer requests. */
const RELAY_CONNECTIONS = 4

/**
 * How long a relay that froze while it published keeps everybody else from its channel, in milliseconds. One that only waits for
 * Redis pauses for less.
 */
const RELAY_PAUSE_MS = 10_000

/**
 * Opens the job engine and brings its tables up to date. Any number of processes may do so at once. Redis may be away:
 * then jobs are taken, and wait.
 *
 * @throws DatabaseUnreachableError, MigrationFailedError; ArtifactStorageError where a bucket refuses to be used
 */
export async function openJobs(options: JobsOptions): Promise<JobEngine> {
  const { databaseUrl, eventLog, logger } = options
  await prepareDatabase(databaseUrl, logger)
  const driver = await openArtifactDriver(options)
  const limits = options.queryTimeoutMs === undefined ? {} : { queryTimeoutMs: options.queryTimeoutMs }
  const db = openDatabase({ url: databaseUrl, logger, ...limits })
  const relayDb = openDatabase({
    url: databaseUrl,
    maxConnections: RELAY_CONNECTIONS,
    longestPauseMs: RELAY_PAUSE_MS,
    logger,
    ...limits,
  })
  const redis = 'redis' in options ? options.redis : connectRedis(options.redisUrl, 'publisher', { logger })
  const queue = new JobQueue({ redis, name: options.queueName ?? DEFAULT_QUEUE_NAME, logger })
  const relay = new Relay({ ...options, db: relayDb, queue, redis, observer: options.relayObserver })

  const { namespace } = eventLog
  const textLog = new TextLog(redis, { namespace })
  const progressLog = new ProgressLog(redis, { namespace })
  const artifacts = new ArtifactStore({ db, driver, prefix: options.artifactsBucket?.prefix })
  const text = new JobText({ db, textLog, artifacts, logger })
  const views = new JobViews({ db, progressLog, textLog, logger })
  const offers = new WorkOffers(redis, { namespace })
  const reports = new ReportConsumer({
    db,
    redis,
    namespace,
    logger,
    handler: new ReportHandler({ db, redis, eventLog, textLog, progressLog, offers, relay, text }),
    observer: options.reportObserver,
  })
  const reconciler = new Reconciler({
    db,
    queue,
    relay,
    text,
    redis,
    logger,
    ...(options.reconcileIntervalMs !== undefined && { intervalMs: options.reconcileIntervalMs }),
  })

  const operations = new OperationRegistry(db)
  const maintenance = openMaintenance({
    ...options,
    db,
    redis,
    artifacts,
    operations,
    relay,
    reconciler,
    queueName: queue.name,
    limits: options.retention,
  })

  return {
    db,
    eventLog,
    jobs: new JobRepository({ db, views, text, redis, logger }),
    attempts: new AttemptStore({
      db,
      redis,
      eventLog,
      textLog,
      progressLog,
      emitter: new FencedEmitter(redis, { namespace }),
      relay,
      text,
      artifacts,
      artifactLimits: options.artifactLimits ?? DEFAULT_ARTIFACT_LIMITS,
      logger,
      ...(options.textWriter && { textWriter: options.textWriter }),
    }),
    operations,
    orders: new PendingOrders(db),
    uploads: new Uploads({ db, artifacts }),
    artifacts,
    text,
    queue,
    relay,
    reconciler,
    ...maintenance,
    offers,
    held: new HeldAttempts({ db, eventLog, textLog, offers, reconciler }),
    reports,
    async close() {
      await reports.stop()
      await reconciler.stop()
      await relay.stop()
      await Promise.all([queue.close(), maintenance.maintenanceQueue.close()])
      if (!('redis' in options)) redis.disconnect()
      await Promise.all([db.destroy(), relayDb.destroy()])
    },
  }
}

/** Brings the tables up to date. A migration of large tables, or of another process that is at it, may take its time. */
async function prepareDatabase(url: string, logger: Logger): Promise<void> {
  const db = openDatabase({ url, maxConnections: 2, queryTimeoutMs: 0, logger })
  try {
    await reachDatabase(db, url)
    await migrate(db)
  } finally {
    await db.destroy()
  }
}

async function reachDatabase(db: Kysely<Database>, url: string): Promise<void> {
  try {
    await sql`select 1`.execute(db)
  } catch (error) {
    const cause = error instanceof DatabaseAwayError ? (error.cause ?? error) : error
    throw new DatabaseUnreachableError(url, cause)
  }
}
