import type { OrderLine, PendingOrder } from '@headway/events'
import { sql, type Kysely, type SelectQueryBuilder } from 'kysely'
import type { Database, OrderRow } from '../database/database.ts'

/** An order as it is stored, with its lines. */
type WholeOrderRow = OrderRow & { lines: OrderLine[] }

const LINES = sql<OrderLine[]>`(
  select coalesce(json_agg(json_build_object(
    'sku', line.sku, 'description', line.description, 'quantity', line.quantity, 'unitPrice', line.unit_price
  ) order by line.position), '[]')
  from pending_order_lines as line where line.order_id = pending_orders.id)`

/**
 * Orders of a user with their lines, in one statement: two of them could show the head of an order from before a change, and its
 * lines from after it.
 */
export function selectOrders(
  db: Kysely<Database>,
  userId: string,
): SelectQueryBuilder<Database, 'pending_orders', WholeOrderRow> {
  return db.selectFrom('pending_orders').where('user_id', '=', userId).selectAll().select(LINES.as('lines'))
}

/** The order as its owner sees it. */
export function toPendingOrder(row: WholeOrderRow): PendingOrder {
  return {
    id: row.id,
    customerId: row.customer_id,
    customerName: row.customer_name,
    currency: row.currency,
    lines: row.lines,
    ...(row.note !== null && { note: row.note }),
    version: row.version,
    state: row.state,
    erpNumber: row.erp_number,
    total: row.total,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}
