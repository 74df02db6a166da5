import { randomUUID } from 'node:crypto'
import { userChannel, type OrderInput, type PendingOrder, type WebSocketMessage } from '@headway/events'
import type { JobEngine } from '../../src/index.ts'

export function newOrder(fields: Partial<OrderInput> = {}): OrderInput {
  return {
    id: randomUUID(),
    customerId: 'K-1',
    customerName: 'Lovelace & Co',
    currency: 'EUR',
    lines: [{ sku: 'A-1', description: 'Analytical engine', quantity: 2, unitPrice: 1_250 }],
    ...fields,
  }
}

/** What the outbox holds for a user, in its order: the types, and the ids of the orders. */
export async function toldTo({ db }: JobEngine, userId: string): Promise<string[]> {
  const rows = await db
    .selectFrom('outbox')
    .where('channel', '=', userChannel(userId))
    .select('body')
    .orderBy('id')
    .execute()
  return rows.map(({ body }) => {
    const { type, payload } = JSON.parse(body) as WebSocketMessage
    return `${type} ${Object.values(payload)[0]}`
  })
}

/** Stores orders that nothing stands against. */
export async function storeOrders(
  { orders }: JobEngine,
  userId: string,
  batch: readonly OrderInput[],
): Promise<void> {
  const stored = await orders.upsertBatch({ userId, orders: batch })
  if (stored.outcome !== 'stored') throw new Error(`Not stored: ${JSON.stringify(stored.conflicts)}`)
}

/** All pages of a list; `between` may change what it likes after each. */
export async function allPages(
  engine: JobEngine,
  query: Omit<Parameters<JobEngine['orders']['list']>[0], 'cursor'>,
  between: () => Promise<void> = async () => {},
): Promise<PendingOrder[]> {
  const seen: PendingOrder[] = []
  let cursor: string | null | undefined
  do {
    if (seen.length > 1_000) throw new Error('The pages of the list have no end.')
    const page = await engine.orders.list({ ...query, cursor: cursor ?? undefined })
    seen.push(...page.orders)
    cursor = page.nextCursor
    await between()
  } while (cursor !== null)
  return seen
}
