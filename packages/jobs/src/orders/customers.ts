import type { OrderInput } from '@headway/events'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import { storableJson, storableText } from '../database/storable.ts'

/** Somebody a user takes orders of. */
export interface Customer {
  customerId: string
  name: string
  /** What else is known, by the ERP's names of it. */
  fields: Record<string, string>
  updatedAt: string
}

/** Remembers the customers of orders by the names that the newest of them gives. */
export async function putCustomers(
  trx: Transaction<Database>,
  { userId, orders, now }: { userId: string; orders: readonly OrderInput[]; now: Date },
): Promise<void> {
  const names = new Map(orders.map(({ customerId, customerName }) => [customerId, customerName]))
  const rows = [...names]
    // In one order, so that two batches wait for each other and never for ever.
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([customerId, name]) => ({
      user_id: userId,
      customer_id: storableText(customerId),
      name: storableText(name),
      created_at: now,
      updated_at: now,
    }))
  await trx
    .insertInto('customers')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'customer_id'])
        .doUpdateSet((row) => ({ name: row.ref('excluded.name'), updated_at: now }))
        .whereRef('customers.name', 'is distinct from', 'excluded.name'),
    )
    .execute()
}

/** What was changed of a customer, beside what was known. Undefined where the user has no such customer. */
export async function changeCustomer(
  trx: Transaction<Database>,
  { userId, customerId, fields }: { userId: string; customerId: string; fields: Record<string, string> },
): Promise<Customer | undefined> {
  const known = await customers(trx, userId)
    .where('customer_id', '=', customerId)
    .forUpdate()
    .executeTakeFirst()
  if (known === undefined) return undefined
  const { name = known.name, ...others } = fields
  const row = await trx
    .updateTable('customers')
    .set({
      name: storableText(name),
      fields: storableJson({ ...known.fields, ...others }),
      updated_at: new Date(),
    })
    .where('user_id', '=', userId)
    .where('customer_id', '=', customerId)
    .returning(['customer_id', 'name', 'fields', 'updated_at'])
    .executeTakeFirstOrThrow()
  return toCustomer(row)
}

export async function findCustomer(
  db: Kysely<Database>,
  { userId, customerId }: { userId: string; customerId: string },
): Promise<Customer | undefined> {
  const row = await customers(db, userId).where('customer_id', '=', customerId).executeTakeFirst()
  return row && toCustomer(row)
}

/** Customers whose number or name contain the words, by name. */
export async function listCustomers(
  db: Kysely<Database>,
  { userId, search = '', limit }: { userId: string; search?: string | undefined; limit: number },
): Promise<Customer[]> {
  const rows = await customers(db, userId)
    .where((row) =>
      row.or([
        sql<boolean>`position(lower(${search}) in lower(${row.ref('name')})) > 0`,
        sql<boolean>`position(lower(${search}) in lower(${row.ref('customer_id')})) > 0`,
      ]),
    )
    .orderBy('name')
    .orderBy('customer_id')
    .limit(limit)
    .execute()
  return rows.map(toCustomer)
}

function customers(db: Kysely<Database>, userId: string) {
  return db
    .selectFrom('customers')
    .where('user_id', '=', userId)
    .select(['customer_id', 'name', 'fields', 'updated_at'])
}

function toCustomer(row: {
  customer_id: string
  name: string
  fields: Record<string, string>
  updated_at: Date
}): Customer {
  const { customer_id: customerId, name, fields, updated_at: updatedAt } = row
  return { customerId, name, fields, updatedAt: updatedAt.toISOString() }
}
