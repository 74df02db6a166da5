import type { OrderInput, OrderState } from '@headway/events'
import type { Transaction } from 'kysely'
import type { Database, OrderRow } from '../database/database.ts'
import { storableText } from '../database/storable.ts'
import { putCustomers } from './customers.ts'
import { totalOf } from './order-total.ts'
import { batchMessages, tellUser, type ToldMessage } from './tell-orders.ts'

export interface OrderBatch {
  userId: string
  /** Validated, no id twice. */
  orders: readonly OrderInput[]
  /** The device that writes, so that it can tell its own messages. */
  originId?: string | undefined
}

export interface OrderResult {
  id: string
  action: 'created' | 'updated'
  version: number
}

/** Why an order of a batch can't be stored. */
export interface OrderConflict {
  id: string
  /**
   * `stale`: it was changed since; `gone`: it was deleted since; `locked`: it is on its way into the ERP, or there; `taken`: the id is
   * in use.
   */
  reason: 'stale' | 'gone' | 'locked' | 'taken'
  /** What the change was made from; null where it said nothing. */
  sentVersion: number | null
  /** What is stored; null where that is nothing, or not the user's. */
  storedVersion: number | null
  state?: OrderState
}

export type BatchOutcome =
  | { outcome: 'stored'; results: OrderResult[]; told: ToldMessage[] }
  /** Nothing was stored. */
  | { outcome: 'conflict'; conflicts: OrderConflict[] }

/** Another transaction has stored an order of the same id at this moment: looked at again, there is one. */
export class OrderRaceError extends Error {
  override readonly name = 'OrderRaceError'
  readonly code = 'conflict'
}

/**
 * Stores a batch, or nothing of it. Orders are locked in the order of their ids, so that two batches wait for each other and never
 * for ever.
 *
 * @throws OrderRaceError
 */
export async function upsertOrders(trx: Transaction<Database>, batch: OrderBatch): Promise<BatchOutcome> {
  const { userId, originId } = batch
  const orders = batch.orders.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const stored = await lockOrders(
    trx,
    orders.map(({ id }) => id),
  )
  const conflicts = batch.orders.flatMap((order) => conflictOf(order, stored.get(order.id), userId) ?? [])
  if (conflicts.length > 0) return { outcome: 'conflict', conflicts }

  const now = new Date()
  await putCustomers(trx, { userId, orders, now })
  for (const order of orders) {
    if (stored.has(order.id)) await updateOrder(trx, order, now)
    else await insertOrder(trx, { userId, order, now })
  }
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

async function lockOrders(
  trx: Transaction<Database>,
  ids: readonly string[],
): Promise<Map<string, OrderRow>> {
  const rows = await trx
    .selectFrom('pending_orders')
    .where('id', 'in', ids)
    .selectAll()
    .orderBy('id')
    .forUpdate()
    .execute()
  return new Map(rows.map((row) => [row.id, row]))
}

function conflictOf(
  { id, version }: OrderInput,
  stored: OrderRow | undefined,
  userId: string,
): OrderConflict | undefined {
  const sentVersion = version ?? null
  if (stored === undefined)
    return version === undefined ? undefined : { id, reason: 'gone', sentVersion, storedVersion: null }
  if (stored.user_id !== userId) return { id, reason: 'taken', sentVersion, storedVersion: null }
  const { version: storedVersion, state } = stored
  if (state === 'submitting' || state === 'submitted')
    return { id, reason: 'locked', sentVersion, storedVersion, state }
  return version === storedVersion ? undefined : { id, reason: 'stale', sentVersion, storedVersion }
}

function columnsOf(order: OrderInput) {
  return {
    customer_id: storableText(order.customerId),
    customer_name: storableText(order.customerName),
    currency: order.currency,
    note: order.note === undefined ? null : storableText(order.note),
    total: totalOf(order.lines),
  }
}

async function insertOrder(
  trx: Transaction<Database>,
  { userId, order, now }: { userId: string; order: OrderInput; now: Date },
): Promise<void> {
  const times = { created_at: now, updated_at: now }
  const inserted = await trx
    .insertInto('pending_orders')
    .values({ id: order.id, user_id: userId, ...columnsOf(order), state: 'draft', version: 1, ...times })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (inserted === undefined)
    throw new OrderRaceError(`Order ${order.id} was stored by somebody else just now.`)
}

/** One that the ERP has refused is a draft again once it was changed. */
async function updateOrder(trx: Transaction<Database>, order: OrderInput, now: Date): Promise<void> {
  await trx
    .updateTable('pending_orders')
    .set((row) => ({ ...columnsOf(order), state: 'draft', version: row('version', '+', 1), updated_at: now }))
    .where('id', '=', order.id)
    .execute()
}

async function replaceLines(trx: Transaction<Database>, orders: readonly OrderInput[]): Promise<void> {
  const ids = orders.map(({ id }) => id)
  await trx.deleteFrom('pending_order_lines').where('order_id', 'in', ids).execute()
  const lines = orders.flatMap(({ id, lines }) =>
    lines.map((line, position) => ({
      order_id: id,
      position,
      sku: storableText(line.sku),
      description: storableText(line.description),
      quantity: line.quantity,
      unit_price: line.unitPrice,
    })),
  )
  // Postgres takes 65,535 parameters in a statement.
  for (let from = 0; from < lines.length; from += LINES_PER_STATEMENT) {
    await trx
      .insertInto('pending_order_lines')
      .values(lines.slice(from, from + LINES_PER_STATEMENT))
      .execute()
  }
}

const LINES_PER_STATEMENT = 5_000
