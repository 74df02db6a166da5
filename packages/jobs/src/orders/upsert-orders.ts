import type { OrderInput } from '@headway/events'
import type { Transaction } from 'kysely'
import type { Database, OrderRow } from '../database/database.ts'
import { putNames } from './customers.ts'
import { conflictOf, type OrderConflict } from './order-conflict.ts'
import { replaceLines } from './order-lines.ts'
import { storeOrders } from './store-orders.ts'
import { batchMessages, tellUser, type ToldMessage } from './tell-orders.ts'

/** Orders that are stored together or not at all. */
export interface OrderBatch {
  userId: string
  /** At least one, as `orderBatchSchema` lets them through, no id twice. */
  orders: readonly OrderInput[]
  /** The device that writes, so that it can tell its own messages. */
  originId?: string | undefined
}

/** What became of one order of a batch. */
export interface OrderResult {
  id: string
  action: 'created' | 'updated'
  version: number
}

/** What became of a batch. */
export type BatchOutcome =
  | { outcome: 'stored'; results: OrderResult[]; told: ToldMessage[] }
  /** Nothing was stored. */
  | { outcome: 'conflict'; conflicts: OrderConflict[] }

/**
 * Stores a batch, or nothing of it. Orders are locked and stored in the order of their ids, so that two batches wait for each other
 * and never for ever.
 *
 * @throws OrderRaceError, after which nothing of the transaction may be kept
 */
export async function upsertOrders(trx: Transaction<Database>, batch: OrderBatch): Promise<BatchOutcome> {
  const { userId, originId } = batch
  const orders = batch.orders.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const stored = await lockOrders(trx, userId, orders)
  const unknown = orders.flatMap(({ id }) => (stored.has(id) ? [] : [id]))
  const taken = await takenIds(trx, userId, unknown)
  const conflicts = batch.orders.flatMap(
    (order) => conflictOf(order, stored.get(order.id), taken.has(order.id)) ?? [],
  )
  if (conflicts.length > 0) return { outcome: 'conflict', conflicts }

  const now = new Date()
  await putNames(trx, { userId, orders: orders.filter((order) => isNamedAnew(order, stored)), now })
  await storeOrders(trx, { userId, orders, now })
  await replaceLines(trx, orders)
  const results = batch.orders.map(({ id }): OrderResult => {
    const before = stored.get(id)
    return { id, action: before ? 'updated' : 'created', version: (before?.version ?? 0) + 1 }
  })
  const idsOf = (action: OrderResult['action']) =>
    results.filter((result) => result.action === action).map(({ id }) => id)
  const messages = batchMessages({ created: idsOf('created'), updated: idsOf('updated') }, originId)
  return { outcome: 'stored', results, told: await tellUser(trx, userId, messages) }
}

type LockedOrder = Pick<OrderRow, 'id' | 'version' | 'state' | 'customer_id' | 'customer_name'>

async function lockOrders(
  trx: Transaction<Database>,
  userId: string,
  orders: readonly OrderInput[],
): Promise<Map<string, LockedOrder>> {
  const ids = orders.map(({ id }) => id)
  const rows = await trx
    .selectFrom('pending_orders')
    .where('id', 'in', ids)
    .where('user_id', '=', userId)
    .select(['id', 'version', 'state', 'customer_id', 'customer_name'])
    .orderBy('id')
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

/** Which of the ids somebody else has orders of. */
async function takenIds(
  trx: Transaction<Database>,
  userId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  const rows = await trx
    .selectFrom('pending_orders')
    .where('id', 'in', ids)
    .where('user_id', '!=', userId)
    .select('id')
    .execute()
  return new Set(rows.map(({ id }) => id))
}

/** An order that only repeats the name it had says nothing new of its customer, who may have got another one meanwhile. */
function isNamedAnew(order: OrderInput, stored: ReadonlyMap<string, LockedOrder>): boolean {
  const before = stored.get(order.id)
  return before?.customer_id !== order.customerId || before.customer_name !== order.customerName
}
