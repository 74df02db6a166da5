import type { OrderState } from '@headway/events'
import { sql, type Kysely } from 'kysely'
import type { Database } from '../database/database.ts'
import { filterOrders, type OrderFilter } from './order-filter.ts'

/** The orders of one state and currency. */
export interface OrderSum {
  state: OrderState
  currency: string
  orders: number
  /** In minor units; many large orders together may be beyond what a number holds exactly. */
  total: bigint
}

/** How many of a user's orders there are and what they come to, by state and currency, in one statement. */
export async function sumOrders(
  db: Kysely<Database>,
  { userId, ...filter }: OrderFilter & { userId: string },
): Promise<OrderSum[]> {
  const orders = db.selectFrom('pending_orders').where('user_id', '=', userId)
  const rows = await filterOrders(orders.selectAll(), filter)
    .clearSelect()
    .select(['state', 'currency', sql<number>`count(*)`.as('orders')])
    .select(sql<string>`sum(total)::text`.as('total'))
    .groupBy(['state', 'currency'])
    .orderBy('state')
    .orderBy('currency')
    .execute()
  return rows.map(({ total, ...row }) => ({ ...row, total: BigInt(total) }))
}
