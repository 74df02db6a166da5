import type { Logger } from '@headway/event-log'
import type { JobEngine } from '@headway/jobs'
import { Router } from 'express'
import type { TokenVerifier } from '../../auth/token-verifier.ts'
import type { SnapshotReads } from '../../snapshot-reads.ts'
import { authenticate } from '../authenticate.ts'
import { methodNotAllowed, problemHandler } from '../problem-handler.ts'
import { listCustomers } from './list-customers.ts'

export interface CustomersRouterOptions {
  engine: JobEngine
  verifier: TokenVerifier
  logger: Logger
  snapshotReads: SnapshotReads
}

/** The customers that a user's orders have named, for the form of an order. */
export function createCustomersRouter({
  engine,
  verifier,
  logger,
  snapshotReads,
}: CustomersRouterOptions): Router {
  const router = Router()
  router
    .route('/')
    .get(authenticate(verifier), listCustomers(engine, snapshotReads))
    .all(methodNotAllowed('GET'))
  router.use(problemHandler(logger))
  return router
}
