import type { OrderInput } from '@headway/events'
import type { Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import { storableText } from '../database/storable.ts'

/** Postgres takes 65,535 parameters in a statement, and a line has six. */
const LINES_PER_STATEMENT = 5_000

/** Gives orders that the caller has locked the lines that they are to have. */
export async function replaceLines(trx: Transaction<Database>, orders: readonly OrderInput[]): Promise<void> {
  const ids = orders.map(({ id }) => id)
  await trx.deleteFrom('pending_order_lines').where('order_id', 'in', ids).execute()
  const lines = orders.flatMap(rowsOf)
  for (let from = 0; from < lines.length; from += LINES_PER_STATEMENT) {
    const some = lines.slice(from, from + LINES_PER_STATEMENT)
    await trx.insertInto('pending_order_lines').values(some).execute()
  }
}

function rowsOf({ id, lines }: OrderInput) {
  return lines.map(({ sku, description, quantity, unitPrice }, position) => ({
    order_id: id,
    position,
    sku: storableText(sku),
    description: storableText(description),
    quantity,
    unit_price: unitPrice,
  }))
}
