import type { OrderState, PendingOrder } from '@headway/events'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import { storableText } from '../database/storable.ts'
import { changeCustomer, findCustomer, listCustomers, type Customer } from './customers.ts'
import { listOrders, type OrderPage, type OrderQuery } from './order-page.ts'
import { viewOrders } from './order-view.ts'
import { batchMessages, tellUser, type ToldMessage } from './tell-orders.ts'
import { OrderRaceError, upsertOrders, type BatchOutcome, type OrderBatch } from './upsert-orders.ts'

export interface OrderRef {
  userId: string
  orderId: string
}

export interface OrderStateChange extends OrderRef {
  /** The states that it may come from; another one changes nothing. */
  from: readonly OrderState[]
  to: OrderState
  /** What the ERP calls it, once it is there. */
  erpNumber?: string
}

export type Deletion =
  | { outcome: 'deleted'; told: ToldMessage[] }
  | { outcome: 'not_found' }
  /** It is on its way into the ERP. */
  | { outcome: 'conflict'; state: OrderState }

/** A batch that meets others at the same moment is tried so often. */
const MAX_RACES = 5

/**
 * Orders that wait for the ERP. Each change puts what it has to tell into the outbox in its own transaction; no method publishes:
 * callers nudge the relay when they have answered.
 *
 * Methods that end in `In` work in a transaction of the caller.
 */
export class PendingOrders {
  readonly #db: Kysely<Database>

  constructor(db: Kysely<Database>) {
    this.#db = db
  }

  /** @throws InvalidCursorError */
  list(query: OrderQuery): Promise<OrderPage> {
    return listOrders(this.#db, query)
  }

  /** Undefined for missing and foreign alike. */
  async find(ref: OrderRef): Promise<PendingOrder | undefined> {
    return findIn(this.#db, ref)
  }

  /** Stores a batch, or nothing of it. */
  async upsert(batch: OrderBatch): Promise<BatchOutcome> {
    for (let races = 1; ; races += 1) {
      try {
        return await this.#db.transaction().execute((trx) => upsertOrders(trx, batch))
      } catch (error) {
        if (!(error instanceof OrderRaceError) || races >= MAX_RACES) throw error
      }
    }
  }

  upsertIn(trx: Transaction<Database>, batch: OrderBatch): Promise<BatchOutcome> {
    return upsertOrders(trx, batch)
  }

  async delete({
    userId,
    orderId,
    originId,
  }: OrderRef & { originId?: string | undefined }): Promise<Deletion> {
    return this.#db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom('pending_orders')
        .where('id', '=', orderId)
        .where('user_id', '=', userId)
        .select('state')
        .forUpdate()
        .executeTakeFirst()
      if (row === undefined) return { outcome: 'not_found' }
      if (row.state === 'submitting') return { outcome: 'conflict', state: row.state }
      await trx.deleteFrom('pending_orders').where('id', '=', orderId).execute()
      const origin = originId === undefined ? {} : { originId }
      const told = await tellUser(trx, userId, [{ type: 'PENDING_DELETED', payload: { orderId, ...origin } }])
      return { outcome: 'deleted', told }
    })
  }

  /** Moves an order on, and tells of it. Undefined, and nothing happens, where it is in another state or not there. */
  async changeStateIn(
    trx: Transaction<Database>,
    change: OrderStateChange,
  ): Promise<PendingOrder | undefined> {
    const { userId, orderId, from, to, erpNumber } = change
    const row = await trx
      .updateTable('pending_orders')
      .set({
        state: to,
        version: sql<number>`version + 1`,
        updated_at: new Date(),
        ...(erpNumber !== undefined && { erp_number: storableText(erpNumber) }),
      })
      .where('id', '=', orderId)
      .where('user_id', '=', userId)
      .where('state', 'in', from)
      .returningAll()
      .executeTakeFirst()
    if (row === undefined) return undefined
    await tellUser(trx, userId, batchMessages({ created: [], updated: [orderId] }))
    const [order] = await viewOrders(trx, [row])
    return order
  }

  findCustomer(ref: { userId: string; customerId: string }): Promise<Customer | undefined> {
    return findCustomer(this.#db, ref)
  }

  listCustomers(query: { userId: string; search?: string | undefined; limit: number }): Promise<Customer[]> {
    return listCustomers(this.#db, query)
  }

  /** Keeps what was changed of a customer, and tells of it (CUSTOMER_UPDATED). */
  async changeCustomerIn(
    trx: Transaction<Database>,
    change: { userId: string; customerId: string; fields: Record<string, string> },
  ): Promise<Customer | undefined> {
    const customer = await changeCustomer(trx, change)
    if (customer === undefined) return undefined
    const { userId, customerId } = change
    await tellUser(trx, userId, [{ type: 'CUSTOMER_UPDATED', payload: { customerId } }])
    return customer
  }
}

async function findIn(
  db: Kysely<Database>,
  { userId, orderId }: OrderRef,
): Promise<PendingOrder | undefined> {
  const row = await db
    .selectFrom('pending_orders')
    .where('id', '=', orderId)
    .where('user_id', '=', userId)
    .selectAll()
    .executeTakeFirst()
  const [order] = await viewOrders(db, row ? [row] : [])
  return order
}
