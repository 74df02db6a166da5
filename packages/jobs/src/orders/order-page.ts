import type { OrderState, PendingOrder } from '@headway/events'
import { sql, type Kysely } from 'kysely'
import type { Database, OrderRow } from '../database/database.ts'
import { formatOrderCursor, parseOrderCursor } from './order-cursor.ts'
import { viewOrders } from './order-view.ts'

/** What orders can be sorted by, and the column of it. */
export const ORDER_SORTS = {
  updatedAt: 'updated_at',
  createdAt: 'created_at',
  customerName: 'customer_name',
  total: 'total',
} as const satisfies Record<string, keyof OrderRow>

export type OrderSort = keyof typeof ORDER_SORTS

export interface OrderQuery {
  userId: string
  /** Words of which each stands in the customer's name, the note, a number or a line. */
  search?: string | undefined
  state?: OrderState | undefined
  /** @default 'updatedAt' */
  sort?: OrderSort | undefined
  /** @default 'desc' */
  direction?: 'asc' | 'desc' | undefined
  limit: number
  cursor?: string | undefined
}

export interface OrderPage {
  orders: PendingOrder[]
  nextCursor: string | null
}

/**
 * A page of a user's orders. It begins behind the last order of the one before, by what is sorted by and then by id, so an order that nobody changes is
 * on one page, whatever becomes of the others.
 *
 * @throws InvalidCursorError for a cursor of another sort, or none
 */
export async function listOrders(db: Kysely<Database>, query: OrderQuery): Promise<OrderPage> {
  const { userId, search, state, sort = 'updatedAt', direction = 'desc', limit, cursor } = query
  const column = ORDER_SORTS[sort]
  let rows = db.selectFrom('pending_orders').where('user_id', '=', userId)
  if (state !== undefined) rows = rows.where('state', '=', state)
  for (const word of search?.split(/\s+/).filter(Boolean) ?? []) rows = rows.where(contains(word))
  if (cursor !== undefined) {
    const { value, id } = parseOrderCursor(cursor, { sort, direction })
    const after = sql.raw(direction === 'asc' ? '>' : '<')
    rows = rows.where(sql<boolean>`(${sql.ref(column)}, id) ${after} (${value}, ${id}::uuid)`)
  }
  const found = await rows
    .selectAll()
    .orderBy(column, direction)
    .orderBy('id', direction)
    .limit(limit + 1)
    .execute()
  const page = found.slice(0, limit)
  const last = page.at(-1)
  const isLast = found.length <= limit || last === undefined
  return {
    orders: await viewOrders(db, page),
    nextCursor: isLast ? null : formatOrderCursor({ sort, direction, value: last[column], id: last.id }),
  }
}

/** Not LIKE: what people type is no pattern. */
function contains(word: string) {
  return sql<boolean>`(
    position(lower(${word}) in lower(concat_ws(' ', customer_name, customer_id, note, erp_number, id::text))) > 0
    or exists (
      select from pending_order_lines as line
      where line.order_id = pending_orders.id
        and position(lower(${word}) in lower(line.sku || ' ' || line.description)) > 0
    ))`
}
