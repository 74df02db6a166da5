import type { OrderInput } from '@headway/events'
import { sql, type Kysely, type Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import { storableJson, storableText } from '../database/storable.ts'
import { standsIn } from './stands-in.ts'

/** Somebody a user takes orders of. */
export interface Customer {
  customerId: string
  name: string
  /** What else is known, by the ERP's names of it. */
  fields: Record<string, string>
  /** Rises with each change. */
  version: number
  updatedAt: string
}

export interface CustomerRef {
  userId: string
  customerId: string
}

/** What is to be kept of a customer. */
export interface CustomerChange extends CustomerRef {
  /** As it was, where nothing is said; of somebody new, the id. */
  name?: string
  /** Beside those that are known already. */
  fields?: Record<string, string>
}

export interface CustomerQuery {
  userId: string
  /** Part of the name or the id. */
  search?: string | undefined
  limit: number
}

/** Remembers the customers of orders by the names that these give them. */
export async function putNames(
  trx: Transaction<Database>,
  { userId, orders, now }: { userId: string; orders: readonly OrderInput[]; now: Date },
): Promise<void> {
  const names = new Map(
    orders.map(({ customerId, customerName }) => [storableText(customerId), storableText(customerName)]),
  )
  if (names.size === 0) return
  const rows = [...names]
    // In one order, so that two batches wait for each other and never for ever.
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([id, name]) => ({ user_id: userId, customer_id: id, name, created_at: now, updated_at: now }))
  await trx
    .insertInto('customers')
    .values(rows)
    .onConflict((conflict) =>
      conflict
        .columns(['user_id', 'customer_id'])
        .doUpdateSet((row) => ({
          name: row.ref('excluded.name'),
          version: row('customers.version', '+', 1),
          updated_at: now,
        }))
        .whereRef('customers.name', 'is distinct from', 'excluded.name'),
    )
    .execute()
}

/** Keeps what was changed of a customer beside what was known, and makes one who was not. */
export async function putCustomer(trx: Transaction<Database>, change: CustomerChange): Promise<Customer> {
  const { userId, fields } = change
  const customerId = storableText(change.customerId)
  const now = new Date()
  const times = { created_at: now, updated_at: now }
  await trx
    .insertInto('customers')
    .values({ user_id: userId, customer_id: customerId, name: customerId, version: 0, ...times })
    .onConflict((conflict) => conflict.columns(['user_id', 'customer_id']).doNothing())
    .execute()
  const known = await customersOf(trx, userId)
    .where('customer_id', '=', customerId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  const row = await trx
    .updateTable('customers')
    .set({
      name: storableText(change.name ?? known.name),
      fields: storableJson({ ...known.fields, ...fields }),
      version: known.version + 1,
      updated_at: now,
    })
    .where('user_id', '=', userId)
    .where('customer_id', '=', customerId)
    .returning(['customer_id', 'name', 'fields', 'version', 'updated_at'])
    .executeTakeFirstOrThrow()
  return toCustomer(row)
}

export async function findCustomer(
  db: Kysely<Database>,
  { userId, customerId }: CustomerRef,
): Promise<Customer | undefined> {
  const row = await customersOf(db, userId).where('customer_id', '=', customerId).executeTakeFirst()
  return row && toCustomer(row)
}

/** Customers whose name or id contain what is searched for, by name. */
export async function listCustomers(
  db: Kysely<Database>,
  { userId, search = '', limit }: CustomerQuery,
): Promise<Customer[]> {
  const rows = await customersOf(db, userId)
    .where(standsIn(search, sql`name, customer_id`))
    .orderBy(sql`lower(name)`)
    .orderBy('customer_id')
    .limit(limit)
    .execute()
  return rows.map(toCustomer)
}

function customersOf(db: Kysely<Database>, userId: string) {
  return db
    .selectFrom('customers')
    .where('user_id', '=', userId)
    .select(['customer_id', 'name', 'fields', 'version', 'updated_at'])
}

function toCustomer(row: {
  customer_id: string
  name: string
  fields: Record<string, string>
  version: number
  updated_at: Date
}): Customer {
  const { customer_id: customerId, name, fields, version, updated_at: updatedAt } = row
  return { customerId, name, fields, version, updatedAt: updatedAt.toISOString() }
}
