import type { JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'
import { userIdOf } from '../authenticate.ts'
import type { BroadcastTold } from './broadcast-told.ts'
import { clientIdOf } from './client-id.ts'
import { orderConflicts } from './order-conflicts.ts'
import { parseBatch } from './parse-batch.ts'
import { refuseAboveOrderCap } from './unsubmitted-orders.ts'

export interface SaveOrdersOptions {
  engine: JobEngine
  broadcastTold: BroadcastTold
  maxUnsubmittedOrders: number
}

/** `POST /pending-orders`: all of a batch is stored, or nothing. The answer is sent first; then the devices hear of it. */
export function saveOrders({
  engine,
  broadcastTold,
  maxUnsubmittedOrders,
}: SaveOrdersOptions): RequestHandler {
  return async (request, response) => {
    const userId = userIdOf(response)
    const originId = clientIdOf(request)
    const orders = parseBatch(request.body)
    await refuseAboveOrderCap(engine, { userId, orders, maxUnsubmittedOrders })
    const batch = await engine.orders.upsertBatch({ userId, orders, originId })
    if (batch.outcome === 'conflict') throw orderConflicts(orders, batch.conflicts)
    response.json({ results: batch.results })
    broadcastTold(userId, batch.told)
  }
}
