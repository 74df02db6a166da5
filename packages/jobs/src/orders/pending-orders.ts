import { JOB_ID_PATTERN, type PendingOrder } from '@headway/events'
import type { Kysely, Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import type { OrderRef } from './change-order-state.ts'
import {
  findCustomer,
  listCustomers,
  putCustomer,
  type Customer,
  type CustomerChange,
  type CustomerQuery,
  type CustomerRef,
} from './customers.ts'
import { deleteOrder, type Deletion } from './delete-order.ts'
import type { OrderFilter } from './order-filter.ts'
import { listOrders, type OrderPage, type OrderQuery } from './order-page.ts'
import { sumOrders, type OrderSum } from './order-sums.ts'
import { selectOrders, toPendingOrder } from './order-view.ts'
import { isRace } from './store-orders.ts'
import { tellUser } from './tell-orders.ts'
import { upsertOrders, type BatchOutcome, type OrderBatch } from './upsert-orders.ts'

/** A batch that meets others at the same moment is tried so often. */
const MAX_TRIES = 5

/**
 * Orders that wait for the ERP, and the customers they are of. Each change puts what there is to tell into the outbox, in its own
 * transaction. None publishes it: callers nudge the relay with the user's channel once they have answered. On its way into the ERP an
 * order is moved by the job that brings it there: `takeOrder`, `recordSubmission`.
 *
 * Changes work in a transaction of their own, or in that of the caller where one is given.
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

  /** How many there are and what they come to, by state and currency. */
  sum(query: OrderFilter & { userId: string }): Promise<OrderSum[]> {
    return sumOrders(this.#db, query)
  }

  /** Undefined for missing and foreign alike. */
  async find({ userId, orderId }: OrderRef, trx?: Transaction<Database>): Promise<PendingOrder | undefined> {
    if (!JOB_ID_PATTERN.test(orderId)) return undefined
    const row = await selectOrders(trx ?? this.#db, userId)
      .where('id', '=', orderId)
      .executeTakeFirst()
    return row && toPendingOrder(row)
  }

  /**
   * Stores a batch, or nothing of it.
   *
   * @throws OrderRaceError in a transaction of the caller, who rolls it back and tries again
   */
  async upsertBatch(batch: OrderBatch, trx?: Transaction<Database>): Promise<BatchOutcome> {
    if (trx !== undefined) return upsertOrders(trx, batch)
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.#in(undefined, (own) => upsertOrders(own, batch))
      } catch (error) {
        if (!isRace(error) || tries >= MAX_TRIES) throw error
      }
    }
  }

  /** Removes an order and tells of it (PENDING_DELETED), unless it is on its way into the ERP or there. */
  delete(
    order: OrderRef & { originId?: string | undefined },
    trx?: Transaction<Database>,
  ): Promise<Deletion> {
    return this.#in(trx, (own) => deleteOrder(own, order))
  }

  /** Undefined for missing and foreign alike. */
  findCustomer(customer: CustomerRef, trx?: Transaction<Database>): Promise<Customer | undefined> {
    return findCustomer(trx ?? this.#db, customer)
  }

  /** Customers of a user, by name. */
  listCustomers(query: CustomerQuery): Promise<Customer[]> {
    return listCustomers(this.#db, query)
  }

  /** Keeps what was changed of a customer, who may be a new one, and tells of it (CUSTOMER_UPDATED). */
  putCustomer(change: CustomerChange, trx?: Transaction<Database>): Promise<Customer> {
    return this.#in(trx, async (own) => {
      const customer = await putCustomer(own, change)
      const { customerId } = customer
      await tellUser(own, change.userId, [{ type: 'CUSTOMER_UPDATED', payload: { customerId } }])
      return customer
    })
  }

  #in<TResult>(
    trx: Transaction<Database> | undefined,
    work: (trx: Transaction<Database>) => Promise<TResult>,
  ): Promise<TResult> {
    return trx === undefined ? this.#db.transaction().execute(work) : work(trx)
  }
}
