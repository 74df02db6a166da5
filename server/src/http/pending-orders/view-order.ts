import type { JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'
import type { SnapshotReads } from '../../snapshot-reads.ts'
import { userIdOf } from '../authenticate.ts'
import { notFound } from '../http-error.ts'
import { orderIdOf } from './order-id.ts'

/** `GET /pending-orders/:id`, to its user alone. */
export function viewOrder(engine: JobEngine, snapshots: SnapshotReads): RequestHandler {
  return async (request, response) => {
    const order = { userId: userIdOf(response), orderId: orderIdOf(request) }
    const found = await snapshots.run(() => engine.orders.find(order))
    if (found === undefined) throw notFound('order')
    response.json(found)
  }
}
