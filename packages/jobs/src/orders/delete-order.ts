import { JOB_ID_PATTERN, type OrderState } from '@headway/events'
import type { Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import type { OrderRef } from './change-order-state.ts'
import { isLocked } from './order-conflict.ts'
import { originOf, tellUser, type ToldMessage } from './tell-orders.ts'

/** What became of the wish to delete an order. */
export type Deletion =
  | { outcome: 'deleted'; told: ToldMessage[] }
  | { outcome: 'not_found' }
  /** It is on its way into the ERP, or there. */
  | { outcome: 'conflict'; state: OrderState }

/** Removes an order with its lines, and puts what there is to tell into the outbox. */
export async function deleteOrder(
  trx: Transaction<Database>,
  { userId, orderId, originId }: OrderRef & { originId?: string | undefined },
): Promise<Deletion> {
  if (!JOB_ID_PATTERN.test(orderId)) return { outcome: 'not_found' }
  const row = await trx
    .selectFrom('pending_orders')
    .where('id', '=', orderId)
    .where('user_id', '=', userId)
    .select('state')
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return { outcome: 'not_found' }
  if (isLocked(row.state)) return { outcome: 'conflict', state: row.state }
  await trx.deleteFrom('pending_orders').where('id', '=', orderId).execute()
  const payload = { orderId, ...originOf(originId) }
  return { outcome: 'deleted', told: await tellUser(trx, userId, [{ type: 'PENDING_DELETED', payload }]) }
}
