import type { OrderInput, PendingOrder } from '@headway/events'
import type { HeadwayApi } from '../lib/headway-api.ts'
import { randomId } from '../lib/random-id.ts'
import type { OrderFilter } from './order-filter.ts'

export interface OrderPage {
  orders: PendingOrder[]
  nextCursor: string | null
}

/** This page's name in what it changes: its own messages come back with it. */
const CLIENT_ID = `console-${randomId()}`

/** The REST calls of the orders' page. */
export class OrdersApi {
  readonly #api: HeadwayApi

  constructor(api: HeadwayApi) {
    this.#api = api
  }

  list({ search, state }: OrderFilter, cursor: string | null, signal?: AbortSignal): Promise<OrderPage> {
    const query = new URLSearchParams({ limit: '50' })
    if (search !== '') query.set('search', search)
    if (state !== undefined) query.set('state', state)
    if (cursor !== null) query.set('cursor', cursor)
    return this.#api.json(`/api/pending-orders?${query}`, { signal })
  }

  /** Stores an order; one with a version only where nobody has changed it since. */
  async save(order: OrderInput): Promise<void> {
    await this.#api.json('/api/pending-orders', {
      method: 'POST',
      body: { orders: [order] },
      headers: { 'x-client-id': CLIENT_ID },
    })
  }

  async delete(orderId: string): Promise<void> {
    await this.#api.send(`/api/pending-orders/${encodeURIComponent(orderId)}`, {
      method: 'DELETE',
      headers: { 'x-client-id': CLIENT_ID },
    })
  }
}
