import type { Logger } from '@headway/event-log'
import type { JobEngine } from '@headway/jobs'
import express, { type Express } from 'express'
import type { Redis } from 'ioredis'
import type { OriginList } from '../auth/origins.ts'
import type { TokenVerifier } from '../auth/token-verifier.ts'
import type { JobStreams } from '../realtime/streams/job-streams.ts'
import type { SnapshotReads } from '../snapshot-reads.ts'
import { limitBodyTime } from './body-time.ts'
import { serveConsole } from './console.ts'
import { crossOrigin } from './cross-origin.ts'
import { createDevToken, type DevTokenOptions } from './dev-token.ts'
import type { JobLimits } from './job-limits.ts'
import { createJobRoutes } from './job-routes.ts'
import { readJsonBody } from './json-body.ts'
import { metrics, type MetricsOptions } from './metrics.ts'
import { createOpenApiRoutes } from './openapi/openapi-routes.ts'
import { createCustomersRouter } from './pending-orders/customers-router.ts'
import { createPendingOrdersRouter } from './pending-orders/pending-orders-router.ts'
import { methodNotAllowed, problemHandler, routeNotFound } from './problem-handler.ts'
import type { PublishedLimits } from './published-limits.ts'
import { liveness, readiness } from './readiness.ts'
import { refuseRebinding } from './refuse-rebinding.ts'
import { assignRequestId } from './request-id.ts'
import { logRequests } from './request-log.ts'
import { securityHeaders } from './security-headers.ts'
import type { UploadLimits } from './uploads/upload-limits.ts'
import { createUploadsRouter } from './uploads/uploads-router.ts'

export interface AppOptions {
  engine: JobEngine
  verifier: TokenVerifier
  origins: OriginList
  logger: Logger
  /** Counts job creation across instances, and is what `/ready` asks. */
  redis: Redis
  jobLimits: JobLimits
  uploadLimits: UploadLimits
  /** What `GET /api/limits` answers. */
  limits: PublishedLimits
  /** Where the built console is. */
  webDir: string
  /** Signs tokens for whoever asks; the embedded mode alone sets it. */
  devToken?: DevTokenOptions | undefined
  snapshotReads: SnapshotReads
  /** Where the events of a job come from. Without it, `/events` is answered with `unavailable`. */
  jobStreams?: JobStreams | undefined
  /** What `GET /metrics` answers. Without it there is no such address. */
  metrics?: MetricsOptions | undefined
  isDraining: () => boolean
  /** How long a body may take that is no file, in milliseconds. @default 30_000 */
  bodyTimeoutMs?: number
}

/** Everything that the server answers over HTTP, besides the sockets. */
export function createApp(options: AppOptions): Express {
  const { engine, verifier, origins, logger, redis, snapshotReads } = options
  const app = express()
  app.disable('x-powered-by')
  app.disable('etag')
  app.use(
    limitBodyTime(options.bodyTimeoutMs),
    assignRequestId,
    logRequests(logger),
    securityHeaders(),
    crossOrigin(origins),
  )

  app.route('/health').get(liveness).all(methodNotAllowed('GET'))
  app
    .route('/ready')
    .get(readiness({ db: engine.db, redis, isDraining: options.isDraining }))
    .all(methodNotAllowed('GET'))

  if (options.metrics) {
    app.route('/metrics').get(metrics(options.metrics)).all(methodNotAllowed('GET'))
  }

  app.use('/api', (_request, response, next) => {
    response.set('Cache-Control', 'no-store')
    next()
  })
  app
    .route('/api/limits')
    .get((_request, response) => void response.json(options.limits))
    .all(methodNotAllowed('GET'))
  if (options.devToken) {
    app
      .route('/api/auth/dev-token')
      .post(refuseRebinding(origins), readJsonBody(), createDevToken(options.devToken))
      .all(methodNotAllowed('POST'))
  }
  const routes = { engine, verifier, logger, redis, snapshotReads }
  app.use('/api/uploads', createUploadsRouter({ ...routes, limits: options.uploadLimits }))
  app.use('/api', createJobRoutes({ ...routes, limits: options.jobLimits, jobStreams: options.jobStreams }))
  app.use('/api/pending-orders', createPendingOrdersRouter(routes))
  app.use('/api/customers', createCustomersRouter(routes))
  app.use(
    '/api',
    createOpenApiRoutes({
      engine,
      limits: options.limits,
      hasDevToken: options.devToken !== undefined,
      metrics: accessToMetrics(options.metrics),
    }),
  )

  app.use(serveConsole(options.webDir))
  app.use(routeNotFound)
  app.use(problemHandler(logger))
  return app
}

/** Who may read the metrics on this port, for the description. */
function accessToMetrics(metrics: MetricsOptions | undefined): 'none' | 'open' | 'with-token' {
  if (metrics === undefined) return 'none'
  return metrics.token === undefined ? 'open' : 'with-token'
}
