import type { OrderState } from '@headway/events'
import { sql, type RawBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely'
import type { Database } from '../database/database.ts'

/** Which of a user's orders are meant; all of them where nothing is said. */
export interface OrderFilter {
  /** Words of which each stands in the customer's name or number, the note, the order's numbers or a line. */
  search?: string | undefined
  state?: OrderState | undefined
}

/** Keeps the orders that are meant. */
export function filterOrders<TRow>(
  orders: SelectQueryBuilder<Database, 'pending_orders', TRow>,
  { search, state }: OrderFilter,
): SelectQueryBuilder<Database, 'pending_orders', TRow> {
  let rows = orders
  if (state !== undefined) rows = rows.where('state', '=', state)
  for (const word of wordsOf(search)) rows = rows.where(contains(word))
  return rows
}

function wordsOf(search = ''): string[] {
  return search.split(/\s+/).filter((word) => word !== '')
}

/** Not LIKE: what people type is no pattern. */
function contains(word: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(
    position(lower(${word}) in lower(concat_ws(' ', customer_name, customer_id, note, erp_number, id::text))) > 0
    or exists (
      select from pending_order_lines as line
      where line.order_id = pending_orders.id
        and position(lower(${word}) in lower(concat_ws(' ', line.sku, line.description))) > 0
    ))`
}
