import type { Logger } from '@headway/event-log'
import type { JobEngine } from '@headway/jobs'
import { Router } from 'express'
import type { Redis } from 'ioredis'
import type { TokenVerifier } from '../auth/token-verifier.ts'
import { JsonSchemas } from '../json-schemas.ts'
import { createLogger } from '../logger.ts'
import type { JobStreams } from '../realtime/streams/job-streams.ts'
import { SnapshotReads } from '../snapshot-reads.ts'
import { answerJob } from './answer-job.ts'
import { authenticate } from './authenticate.ts'
import { cancelJob, resumeJob } from './change-job.ts'
import { createJob } from './create-job.ts'
import { InputValidator } from './input-validator.ts'
import { jobArtifact } from './job-artifact.ts'
import { jobEvents } from './job-events.ts'
import { DEFAULT_JOB_LIMITS, type JobLimits } from './job-limits.ts'
import { jobText } from './job-text.ts'
import { readJsonBody } from './json-body.ts'
import { listJobs } from './list-jobs.ts'
import { methodNotAllowed, problemHandler } from './problem-handler.ts'
import { limitRate } from './rate-limit.ts'
import { assignRequestId } from './request-id.ts'
import { listOperations } from './list-operations.ts'
import { viewJob } from './view-job.ts'

export interface JobRoutesOptions {
  engine: JobEngine
  verifier: TokenVerifier
  /** @default one that writes JSON lines to the standard output */
  logger?: Logger
  /** What one user may do. */
  limits?: Partial<JobLimits>
  /** Counts job creation across instances. Without it each instance counts for itself. */
  redis?: Redis
  /** Limits the snapshots that are read at a time. Share it with the sockets of the same process. */
  snapshotReads?: SnapshotReads
  /** Where the events of a job come from (`io.jobStreams`). Without it, `/events` is answered with `unavailable`. */
  jobStreams?: JobStreams | undefined
}

/**
 * The calls on jobs and operations, for any Express application: they bring their own authentication, body parser and
 * errors, and leave every other address alone.
 *
 * @example
 * const app = express()
 * app.use('/api', createJobRoutes({ engine, verifier }))
 */
export function createJobRoutes(options: JobRoutesOptions): Router {
  const { engine, verifier, limits, redis, logger = createLogger({ level: 'info' }) } = options
  const { jobsPerMinute, maxUnfinishedJobs } = { ...DEFAULT_JOB_LIMITS, ...limits }
  const schemas = new JsonSchemas()
  const validator = new InputValidator({ schemas, logger })
  const user = authenticate(verifier)
  const userByQuery = authenticate(verifier, { isQueryAllowed: true })
  const session = authenticate(verifier, { isQueryAllowed: true, isSession: true })
  const rate = limitRate({ name: 'jobs', perMinute: jobsPerMinute, what: 'jobs', logger, redis })
  const body = readJsonBody()
  const snapshots = options.snapshotReads ?? new SnapshotReads()

  const router = Router()
  router.use(assignRequestId)
  router
    .route('/jobs')
    .get(user, listJobs(engine, snapshots))
    .post(user, rate, body, createJob({ engine, validator, maxUnfinishedJobs }))
    .all(methodNotAllowed('GET', 'POST'))
  router.route('/jobs/:jobId').get(user, viewJob(engine, snapshots)).all(methodNotAllowed('GET'))
  router.route('/jobs/:jobId/cancel').patch(user, body, cancelJob(engine)).all(methodNotAllowed('PATCH'))
  router.route('/jobs/:jobId/resume').post(user, resumeJob(engine)).all(methodNotAllowed('POST'))
  router
    .route('/jobs/:jobId/answers/:question')
    .post(user, body, answerJob({ engine, schemas }))
    .all(methodNotAllowed('POST'))
  router.route('/jobs/:jobId/text').get(user, jobText(engine)).all(methodNotAllowed('GET'))
  router.route('/jobs/:jobId/events').get(session, jobEvents(options.jobStreams)).all(methodNotAllowed('GET'))
  router
    .route('/jobs/:jobId/artifacts/:artifactId')
    .get(userByQuery, jobArtifact(engine))
    .all(methodNotAllowed('GET'))
  router.route('/operations').get(user, listOperations(engine)).all(methodNotAllowed('GET'))
  router.use(problemHandler(logger))
  return router
}
