import type { OrderState } from '@headway/events'
import { sql, type RawBuilder, type SelectQueryBuilder, type SqlBool } from 'kysely'
import type { Database } from '../database/database.ts'
import { standsIn } from './stands-in.ts'

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

function contains(word: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(
    ${standsIn(word, sql`customer_name, customer_id, note, erp_number, id::text`)}
    or exists (
      select from pending_order_lines as line
      where line.order_id = pending_orders.id and ${standsIn(word, sql`line.sku, line.description`)}
    ))`
}
