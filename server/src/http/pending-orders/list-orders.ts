import { ORDER_STATES } from '@headway/events'
import { ORDER_SORTS, type JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import type { SnapshotReads } from '../../snapshot-reads.ts'
import { userIdOf } from '../authenticate.ts'
import { limitParameter } from '../limit-parameter.ts'
import { parseQuery } from '../parse-query.ts'
import { searchParameter } from './search-parameter.ts'

/** What a list of orders may be asked for. */
export const ordersQuery = z.strictObject({
  search: searchParameter,
  state: z.enum(ORDER_STATES).optional(),
  sort: z.enum(ORDER_SORTS).optional(),
  direction: z.enum(['asc', 'desc']).optional(),
  limit: limitParameter,
  // It holds what the last order is sorted by, which may be a name.
  cursor: z
    .string()
    .regex(/^[\w-]{1,2048}={0,2}$/, { error: 'must be the nextCursor of an earlier page' })
    .optional(),
})

/** `GET /pending-orders`: what was changed last comes first unless asked for otherwise, page by page. */
export function listOrders(engine: JobEngine, snapshots: SnapshotReads): RequestHandler {
  return async (request, response) => {
    const wanted = { ...parseQuery(ordersQuery, request), userId: userIdOf(response) }
    response.json(await snapshots.run(() => engine.orders.list(wanted)))
  }
}
