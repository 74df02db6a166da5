import type { OrderLine, PendingOrder } from '@headway/events'
import type { Kysely } from 'kysely'
import type { Database, OrderRow } from '../database/database.ts'

/** Orders as their owner sees them, with their lines, in the order given. */
export async function viewOrders(db: Kysely<Database>, rows: readonly OrderRow[]): Promise<PendingOrder[]> {
  if (rows.length === 0) return []
  const lines = await db
    .selectFrom('pending_order_lines')
    .where(
      'order_id',
      'in',
      rows.map(({ id }) => id),
    )
    .selectAll()
    .orderBy('order_id')
    .orderBy('position')
    .execute()
  const byOrder = Map.groupBy(lines, (line) => line.order_id)
  return rows.map((row) => toOrder(row, (byOrder.get(row.id) ?? []).map(toLine)))
}

function toOrder(row: OrderRow, lines: OrderLine[]): PendingOrder {
  return {
    id: row.id,
    customerId: row.customer_id,
    customerName: row.customer_name,
    currency: row.currency,
    lines,
    note: row.note,
    version: row.version,
    state: row.state,
    erpNumber: row.erp_number,
    total: row.total,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  }
}

function toLine(line: { sku: string; description: string; quantity: number; unit_price: number }): OrderLine {
  const { sku, description, quantity, unit_price: unitPrice } = line
  return { sku, description, quantity, unitPrice }
}
