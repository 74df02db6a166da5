import { expect, it } from 'vitest'
import { newDraft, placeFaults, readDraft, toDraft } from './order-draft.ts'

const order = {
  id: '0190b7d2-0000-4000-8000-000000000001',
  customerId: 'C-1',
  customerName: 'Acme',
  currency: 'EUR',
  lines: [{ sku: 'A', description: 'Bolts', quantity: 2, unitPrice: 1250 }],
  version: 3,
  state: 'draft' as const,
  erpNumber: null,
  total: 2500,
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
}

it('sends an order as it was, with the version that it was changed from', () => {
  const { id, customerId, customerName, currency, lines, version } = order
  expect(readDraft(toDraft(order))).toEqual({
    order: { id, customerId, customerName, currency, lines, version },
  })
})

it('says of each field what is wrong with it', () => {
  const draft = newDraft()
  expect(draft.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  expect(readDraft({ ...draft, currency: 'euro' })).toMatchObject({
    faults: {
      customerId: 'Fill this in.',
      currency: 'Three letters, like EUR.',
      'lines.0.sku': 'Fill this in.',
      'lines.0.price': 'A price, like 12.50.',
    },
  })
})

it('says at its field what the server has refused', () => {
  const refused = [
    { path: 'orders.0.customerName', message: 'must have at most 200 characters' },
    { path: 'orders.0.lines.1.unitPrice', message: 'must be a whole number' },
    { path: 'orders.0.lines', message: 'must have at most 500 lines' },
    { path: 'orders.0', message: 'is too large' },
  ]
  expect(placeFaults(refused)).toEqual({
    faults: {
      customerName: 'Must have at most 200 characters.',
      'lines.1.price': 'Must be a whole number.',
    },
    others: ['The lines must have at most 500 lines.', 'Is too large.'],
  })
})
