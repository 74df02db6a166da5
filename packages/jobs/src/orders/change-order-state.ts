import { JOB_ID_PATTERN, type OrderState, type PendingOrder } from '@headway/events'
import { sql, type Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import { storableText } from '../database/storable.ts'
import { selectOrders, toPendingOrder } from './order-view.ts'
import { batchMessages, tellUser } from './tell-orders.ts'

/** An order of a user. */
export interface OrderRef {
  userId: string
  orderId: string
}

/** Where an order is to go on its way into the ERP. Back is where the end of its job and changing it bring it. */
export type OrderStep =
  | { to: 'submitting' }
  /** With what the ERP calls it. */
  | { to: 'submitted'; erpNumber: string }

export type OrderStepOutcome =
  /** `unchanged`: it stood there already, with the same number. */
  | { outcome: 'changed' | 'unchanged'; order: PendingOrder }
  /** It can't go there from where it is. */
  | { outcome: 'conflict'; order: PendingOrder }
  | { outcome: 'not_found' }

/**
 * Where each step may come from:
 *
 *     draft, failed ──▶ submitting ──▶ submitted
 */
const ORIGINS: Record<OrderStep['to'], readonly OrderState[]> = {
  submitting: ['draft', 'failed'],
  submitted: ['submitting'],
}

/**
 * Moves an order on and puts what there is to tell into the outbox. A step that was taken already is not taken again: it raises no
 * version and tells nothing, so that an operation may begin again at any point.
 */
export async function changeOrderState(
  trx: Transaction<Database>,
  { userId, orderId, ...step }: OrderRef & OrderStep,
): Promise<OrderStepOutcome> {
  if (!JOB_ID_PATTERN.test(orderId)) return { outcome: 'not_found' }
  const row = await trx
    .selectFrom('pending_orders')
    .where('id', '=', orderId)
    .where('user_id', '=', userId)
    .select(['state', 'erp_number'])
    .forUpdate()
    .executeTakeFirst()
  if (row === undefined) return { outcome: 'not_found' }

  const erpNumber = step.to === 'submitted' ? storableText(step.erpNumber) : row.erp_number
  const isThere = row.state === step.to && row.erp_number === erpNumber
  const isAllowed = ORIGINS[step.to].includes(row.state)
  if (!isThere && isAllowed) {
    await trx
      .updateTable('pending_orders')
      .set({
        state: step.to,
        erp_number: erpNumber,
        version: sql<number>`version + 1`,
        updated_at: new Date(),
      })
      .where('id', '=', orderId)
      .execute()
    await tellUser(trx, userId, batchMessages({ created: [], updated: [orderId] }))
  }
  const order = await selectOrders(trx, userId).where('id', '=', orderId).executeTakeFirstOrThrow()
  const outcome = isThere ? 'unchanged' : isAllowed ? 'changed' : 'conflict'
  return { outcome, order: toPendingOrder(order) }
}
