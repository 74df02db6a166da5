import type { OrderInput } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import { HttpError } from '../http-error.ts'

/**
 * Refuses new orders beyond a user's cap. Batches that arrive together may pass it by as many: it guards the table, and a lock per
 * user would cost every request for the sake of an exact number.
 *
 * @throws {HttpError} `limit_exceeded`
 */
export async function refuseAboveOrderCap(
  engine: JobEngine,
  batch: { userId: string; orders: readonly OrderInput[]; maxUnsubmittedOrders: number },
): Promise<void> {
  const { userId, orders, maxUnsubmittedOrders } = batch
  const added = orders.filter(({ version }) => version === undefined).length
  if (added === 0) return
  const counted = engine.db
    .selectFrom('pending_orders')
    .select('id')
    .where('user_id', '=', userId)
    .where('state', '!=', 'submitted')
    .limit(maxUnsubmittedOrders)
  const rows = await counted.execute()
  if (rows.length + added <= maxUnsubmittedOrders) return
  throw new HttpError(
    'limit_exceeded',
    `With this batch there would be more than ${maxUnsubmittedOrders} orders that are not in the ERP, which is the most a user may have. Submit some, or delete some.`,
  )
}
