import { orderTotal, type OrderInput } from '@headway/events'
import type { Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import { storableText } from '../database/storable.ts'

/** Another transaction has stored an order of the same id at this moment: looked at again, there is one. */
export class OrderRaceError extends Error {
  override readonly name = 'OrderRaceError'
  readonly code = 'unavailable'

  constructor() {
    super('Orders of this batch were stored by another one at the same moment. Send it again.')
  }
}

/** It ended by what another batch did at the same moment: tried again, it goes through, or names the conflict. */
export function isRace(error: unknown): boolean {
  // Who meets an order that came between waits for it out of turn, and may wait for one who waits.
  const isDeadlock = error instanceof Error && 'code' in error && error.code === '40P01'
  return error instanceof OrderRaceError || isDeadlock
}

/**
 * One statement for all. A row that is met is one that was locked, of the version before; any other came between.
 *
 * An order that the ERP has refused is a draft again once it was changed.
 */
export async function storeOrders(
  trx: Transaction<Database>,
  { userId, orders, now }: { userId: string; orders: readonly OrderInput[]; now: Date },
): Promise<void> {
  const stored = await trx
    .insertInto('pending_orders')
    .values(
      orders.map((order) => ({
        id: order.id,
        user_id: userId,
        customer_id: storableText(order.customerId),
        customer_name: storableText(order.customerName),
        currency: order.currency,
        note: order.note === undefined ? null : storableText(order.note),
        state: 'draft' as const,
        total: exactTotal(order),
        version: (order.version ?? 0) + 1,
        created_at: now,
        updated_at: now,
      })),
    )
    .onConflict((conflict) =>
      conflict
        .column('id')
        .doUpdateSet((row) => ({
          customer_id: row.ref('excluded.customer_id'),
          customer_name: row.ref('excluded.customer_name'),
          currency: row.ref('excluded.currency'),
          note: row.ref('excluded.note'),
          state: row.ref('excluded.state'),
          total: row.ref('excluded.total'),
          version: row.ref('excluded.version'),
          updated_at: now,
        }))
        .whereRef('pending_orders.user_id', '=', 'excluded.user_id')
        .where((row) => row('pending_orders.version', '=', row('excluded.version', '-', 1))),
    )
    .returning('id')
    .execute()
  if (stored.length < orders.length) throw new OrderRaceError()
}

function exactTotal({ id, lines }: OrderInput): number {
  const total = orderTotal(lines)
  if (Number.isSafeInteger(total)) return total
  throw new RangeError(`Order ${id} costs more than can be counted exactly. Check orders by their schema.`)
}
