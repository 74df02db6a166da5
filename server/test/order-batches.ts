import { randomUUID } from 'node:crypto'
import type { OrderInput } from '@headway/events'

/** An order as a device sends it: two lines, 2 × 12.50 and 3 × 0.99. */
export function newOrder(fields: Partial<OrderInput> = {}): OrderInput {
  return {
    id: randomUUID(),
    customerId: 'K-1',
    customerName: 'Lovelace & Co',
    currency: 'EUR',
    lines: [
      { sku: 'A-1', description: 'Analytical engine', quantity: 2, unitPrice: 1_250 },
      { sku: 'B-2', description: 'Punched cards', quantity: 3, unitPrice: 99 },
    ],
    ...fields,
  }
}

export function newOrders(count: number, fields: Partial<OrderInput> = {}): OrderInput[] {
  return Array.from({ length: count }, () => newOrder(fields))
}
