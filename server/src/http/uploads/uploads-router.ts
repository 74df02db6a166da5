import type { Logger } from '@headway/event-log'
import type { JobEngine } from '@headway/jobs'
import { Router } from 'express'
import type { Redis } from 'ioredis'
import type { TokenVerifier } from '../../auth/token-verifier.ts'
import { createLogger } from '../../logger.ts'
import { authenticate } from '../authenticate.ts'
import { methodNotAllowed, problemHandler } from '../problem-handler.ts'
import { limitRate } from '../rate-limit.ts'
import { assignRequestId } from '../request-id.ts'
import { storeUpload } from './store-upload.ts'
import { DEFAULT_UPLOAD_LIMITS, type UploadLimits } from './upload-limits.ts'

export interface UploadsRouterOptions {
  engine: JobEngine
  verifier: TokenVerifier
  /** @default one that writes JSON lines to the standard output */
  logger?: Logger
  /** What one user may do. */
  limits?: Partial<UploadLimits>
  /** Counts requests across instances. Without it each instance counts for itself. */
  redis?: Redis
}

/**
 * The call that takes a file for a job, for any Express application: it brings its own authentication and errors. Mount it before
 * whatever reads bodies.
 *
 * @example
 * const app = express()
 * app.use('/api/uploads', createUploadsRouter({ engine, verifier }))
 */
export function createUploadsRouter(options: UploadsRouterOptions): Router {
  const { engine, verifier, redis, logger = createLogger({ level: 'info' }) } = options
  const limits = { ...DEFAULT_UPLOAD_LIMITS, ...options.limits }
  const rate = limitRate({ name: 'uploads', perMinute: limits.perMinute, what: 'uploads', logger, redis })
  const router = Router()
  router.use(assignRequestId)
  router
    .route('/')
    .post(authenticate(verifier), rate, storeUpload(engine, limits))
    .all(methodNotAllowed('POST'))
  router.use(problemHandler(logger))
  return router
}
