import { randomUUID } from 'node:crypto'
import { uniqueUserId } from '@headway/test-kit'
import { expect, it } from 'vitest'
import { takeOrder } from '../src/index.ts'
import { openTestEngine } from './support/test-engine.ts'
import { newOrder, storeOrders } from './support/test-orders.ts'

/** The most that one order may come to is a safe integer, so two of them together may not. */
const LARGE = [{ sku: 's', description: 'Gold', quantity: 9000, unitPrice: 1_000_000_000_000 }]

it("counts each of the user's orders once, by state and currency, and adds them up exactly (O11)", async () => {
  const { engine } = await openTestEngine()
  const { orders } = engine
  const userId = uniqueUserId()
  const jobId = randomUUID()
  const lines = ['Bolt', 'Nut'].map((description) => ({ sku: 's', description, quantity: 2, unitPrice: 5 }))
  const taken = newOrder({ currency: 'EUR', lines })
  await storeOrders(engine, userId, [
    newOrder({ currency: 'EUR', lines: LARGE }),
    newOrder({ currency: 'EUR', lines: LARGE }),
    newOrder({ currency: 'EUR', lines: [{ sku: 's', description: '', quantity: 1, unitPrice: 1 }] }),
    newOrder({ currency: 'JPY', lines, note: 'urgent' }),
    taken,
  ])
  await storeOrders(engine, uniqueUserId(), [newOrder({ currency: 'EUR' })])
  await engine.db.transaction().execute((trx) => takeOrder(trx, { userId, orderId: taken.id, jobId }))

  const jpy = { state: 'draft', currency: 'JPY', orders: 1, total: 20n }
  const submitting = { state: 'submitting', currency: 'EUR', orders: 1, total: 20n }
  expect(await orders.sum({ userId })).toEqual([
    { state: 'draft', currency: 'EUR', orders: 3, total: 18_000_000_000_000_001n },
    jpy,
    submitting,
  ])
  // An order with two lines that are found is one order.
  expect(await orders.sum({ userId, search: 's bolt' })).toEqual([jpy, submitting])
  expect(await orders.sum({ userId, search: 'URGENT', state: 'draft' })).toEqual([jpy])
  expect(await orders.sum({ userId: uniqueUserId() })).toEqual([])
})
