import type { PendingOrder } from '@headway/events'
import { sql, type Expression, type Kysely, type RawBuilder, type SqlBool } from 'kysely'
import type { Database, OrderRow } from '../database/database.ts'
import { formatOrderCursor, parseOrderCursor } from './order-cursor.ts'
import { filterOrders, type OrderFilter } from './order-filter.ts'
import type { OrderSort } from './order-sort.ts'
import { selectOrders, toPendingOrder } from './order-view.ts'

/** Which orders are on a page, and in which order. */
export interface OrderQuery extends OrderFilter {
  userId: string
  /** @default 'updatedAt' */
  sort?: OrderSort | undefined
  /** @default 'desc' */
  direction?: 'asc' | 'desc' | undefined
  limit: number
  cursor?: string | undefined
}

/** A page of orders. `nextCursor` is null on the last one. */
export interface OrderPage {
  orders: PendingOrder[]
  nextCursor: string | null
}

const COLUMNS = {
  updatedAt: 'updated_at',
  createdAt: 'created_at',
  customerName: 'customer_name',
  total: 'total',
} as const satisfies Record<OrderSort, keyof OrderRow>

/**
 * A page of a user's orders. It begins behind the last order of the one before, by what is sorted by and then by id, so an order that
 * nobody changes is on one page, whatever becomes of the others.
 *
 * @throws InvalidCursorError for a cursor of another sort, or none
 */
export async function listOrders(db: Kysely<Database>, query: OrderQuery): Promise<OrderPage> {
  const { userId, sort = 'updatedAt', direction = 'desc', limit, cursor } = query
  const column = COLUMNS[sort]
  let rows = filterOrders(selectOrders(db, userId), query)
  if (cursor !== undefined) {
    const { value, id } = parseOrderCursor(cursor, { sort, direction })
    const after = sql.raw(direction === 'asc' ? '>' : '<')
    const place = sql`(${keyOf(sort, sql.ref(column))}, id)`
    rows = rows.where(sql<SqlBool>`${place} ${after} (${keyOf(sort, sql.val(value))}, ${id}::uuid)`)
  }
  // One more than asked for tells whether there is another page.
  const found = await rows
    .orderBy(keyOf(sort, sql.ref(column)), direction)
    .orderBy('id', direction)
    .limit(limit + 1)
    .execute()
  const page = found.slice(0, limit)
  const last = found.length > limit ? page.at(-1) : undefined
  return {
    orders: page.map(toPendingOrder),
    nextCursor: last ? formatOrderCursor({ sort, direction, value: last[column], id: last.id }) : null,
  }
}

/** Names are sorted without regard to capitals. */
function keyOf(sort: OrderSort, value: Expression<unknown>): RawBuilder<unknown> {
  return sort === 'customerName' ? sql`lower(${value})` : sql`${value}`
}
