import type { Logger } from '@headway/event-log'
import type { JobEngine } from '@headway/jobs'
import { Router } from 'express'
import type { Redis } from 'ioredis'
import type { TokenVerifier } from '../../auth/token-verifier.ts'
import { createLogger } from '../../logger.ts'
import { SnapshotReads } from '../../snapshot-reads.ts'
import { authenticate } from '../authenticate.ts'
import { readJsonBody } from '../json-body.ts'
import { methodNotAllowed, problemHandler } from '../problem-handler.ts'
import { limitRate } from '../rate-limit.ts'
import { assignRequestId } from '../request-id.ts'
import { createBroadcastTold, type OrderBroadcast } from './broadcast-told.ts'
import { deleteOrder } from './delete-order.ts'
import { listOrders } from './list-orders.ts'
import { BATCH_MAX_BYTES, DEFAULT_ORDER_ROUTE_LIMITS, type OrderRouteLimits } from './order-route-limits.ts'
import { saveOrders } from './save-orders.ts'
import { viewOrder } from './view-order.ts'

export interface PendingOrdersRouterOptions {
  engine: JobEngine
  verifier: TokenVerifier
  /**
   * Brings messages to the devices, after the answer. Whatever it does or fails to do, the message is in the outbox and comes once
   * where it is appended under `once`.
   *
   * @default the relay, which publishes the outbox at once
   */
  broadcast?: OrderBroadcast
  /** @default one that writes JSON lines to the standard output */
  logger?: Logger
  /** What one user may do. */
  limits?: Partial<OrderRouteLimits>
  /** Counts requests across instances. Without it each instance counts for itself. */
  redis?: Redis
  /** Limits the snapshots that are read at a time. Share it with the job routes of the same process. */
  snapshotReads?: SnapshotReads
}

/**
 * The calls on pending orders, for any Express application: they bring their own authentication, body parser and errors.
 * Mount it where the orders are to be.
 *
 * @example
 * const app = express()
 * app.use('/api/pending-orders', createPendingOrdersRouter({ engine, verifier }))
 */
export function createPendingOrdersRouter(options: PendingOrdersRouterOptions): Router {
  const { engine, verifier, redis, broadcast, logger = createLogger({ level: 'info' }) } = options
  const limits = { ...DEFAULT_ORDER_ROUTE_LIMITS, ...options.limits }
  const { batchesPerMinute, deletionsPerMinute, maxUnsubmittedOrders } = limits
  const user = authenticate(verifier)
  const counted = (name: string, perMinute: number, what: string) =>
    limitRate({ name, perMinute, what, logger, redis })
  const batchRate = counted('orders', batchesPerMinute, 'batches of orders')
  const deletionRate = counted('order-deletions', deletionsPerMinute, 'deleted orders')
  const body = readJsonBody({ maxBytes: BATCH_MAX_BYTES })
  const snapshots = options.snapshotReads ?? new SnapshotReads()
  const broadcastTold = createBroadcastTold({ engine, logger, broadcast })

  const router = Router()
  router.use(assignRequestId)
  router
    .route('/')
    .get(user, listOrders(engine, snapshots))
    .post(user, batchRate, body, saveOrders({ engine, broadcastTold, maxUnsubmittedOrders }))
    .all(methodNotAllowed('GET', 'POST'))
  router
    .route('/:id')
    .get(user, viewOrder(engine, snapshots))
    .delete(user, deletionRate, deleteOrder({ engine, broadcastTold }))
    .all(methodNotAllowed('GET', 'DELETE'))
  router.use(problemHandler(logger))
  return router
}
