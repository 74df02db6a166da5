import { randomUUID } from 'node:crypto'
import { uniqueUserId } from '@headway/test-kit'
import { expect, it } from 'vitest'
import { recordSubmission, takeOrder } from '../src/index.ts'
import { onceMark } from '../src/outbox/outbox.ts'
import { newOrder, storeOrders, toldTo } from './support/test-orders.ts'
import { openTestEngine } from './support/test-engine.ts'

/** An order of a user that is stored as version 1. */
async function storedOrder() {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const order = newOrder()
  await storeOrders(engine, userId, [order])
  return { engine, orders: engine.orders, userId, order, ref: { userId, orderId: order.id } }
}

it('stores a batch whole or not at all (O1)', async () => {
  const { engine, orders, userId, order } = await storedOrder()
  const added = newOrder()
  const refused = await orders.upsertBatch({ userId, orders: [added, { ...order, version: 2 }] })
  expect(refused).toEqual({
    outcome: 'conflict',
    conflicts: [{ id: order.id, reason: 'stale', sentVersion: 2, storedVersion: 1, state: 'draft' }],
  })
  expect(await orders.find({ userId, orderId: added.id })).toBeUndefined()
  expect(await toldTo(engine, userId)).toEqual([`PENDING_CREATED ${order.id}`])
})

it('belongs to the transaction of the caller, with what it tells (O1, O6)', async () => {
  const { engine, orders, userId, order, ref } = await storedOrder()
  const added = newOrder()
  const failed = engine.db.transaction().execute(async (trx) => {
    await orders.upsertBatch({ userId, orders: [added, { ...order, version: 1 }] }, trx)
    await takeOrder(trx, { ...ref, jobId: randomUUID() })
    expect(await orders.find(ref, trx)).toMatchObject({ state: 'submitting', version: 3 })
    await orders.putCustomer({ userId, customerId: 'K-7', name: 'Nobody' }, trx)
    throw new Error('rolled back')
  })
  await expect(failed).rejects.toThrow('rolled back')
  expect(await orders.find(ref)).toMatchObject({ state: 'draft', version: 1 })
  expect(await orders.find({ userId, orderId: added.id })).toBeUndefined()
  expect(await orders.findCustomer({ userId, customerId: 'K-7' })).toBeUndefined()
  expect(await toldTo(engine, userId)).toEqual([`PENDING_CREATED ${order.id}`])
})

it('keeps the orders of another user as they are, and tells nothing of them (O4)', async () => {
  const { engine, orders, userId, order, ref } = await storedOrder()
  const stranger = uniqueUserId()
  const foreign = { userId: stranger, orderId: order.id }
  expect(await orders.find(foreign)).toBeUndefined()
  expect(await orders.delete(foreign)).toEqual({ outcome: 'not_found' })
  const taking = engine.db.transaction().execute((trx) => takeOrder(trx, { ...foreign, jobId: randomUUID() }))
  expect(await taking).toEqual({ outcome: 'not_found' })
  const changed = await orders.upsertBatch({ userId: stranger, orders: [{ ...order, version: 1 }] })
  const missing = newOrder({ version: 1 })
  const unknown = await orders.upsertBatch({ userId: stranger, orders: [missing] })
  expect(JSON.stringify(changed)).toBe(JSON.stringify(unknown).replace(missing.id, order.id))
  const created = await orders.upsertBatch({ userId: stranger, orders: [order] })
  expect(created).toMatchObject({ conflicts: [{ reason: 'taken', storedVersion: null, state: null }] })
  expect(await orders.find(ref)).toMatchObject({ version: 1 })
  expect(await toldTo(engine, stranger)).toEqual([])
  expect(await toldTo(engine, userId)).toHaveLength(1)
})

it('does not wait for a batch of another user that holds the same ids (O4)', async () => {
  const { engine, orders, userId, order } = await storedOrder()
  const held = Promise.withResolvers<void>()
  const done = Promise.withResolvers<void>()
  const batch = { userId, orders: [{ ...order, version: 1 }] }
  const slow = engine.db.transaction().execute(async (trx) => {
    await orders.upsertBatch(batch, trx)
    held.resolve()
    await done.promise
  })
  await held.promise
  const created = await orders.upsertBatch({ userId: uniqueUserId(), orders: [order] })
  expect(created.outcome).toBe('conflict')
  done.resolve()
  await slow
})

it('takes each step into the ERP once, and only where it leads (O5)', async () => {
  const { engine, orders, userId, order, ref } = await storedOrder()
  const ours = { ...ref, jobId: randomUUID() }
  const take = (submission = ours) => engine.db.transaction().execute((trx) => takeOrder(trx, submission))
  const record = (erpNumber: string) =>
    engine.db.transaction().execute((trx) => recordSubmission(trx, { ...ours, erpNumber }))

  await expect(record('ERP-1')).rejects.toThrow('conflict')
  const taken = { outcome: 'taken', order: { state: 'submitting', version: 2 } }
  expect(await Promise.all([take(), take()])).toMatchObject([taken, taken])
  expect(await take({ ...ref, jobId: randomUUID() })).toMatchObject({ outcome: 'conflict' })
  expect(await orders.delete(ref)).toEqual({ outcome: 'conflict', state: 'submitting' })
  expect(await orders.upsertBatch({ userId, orders: [{ ...order, version: 2 }] })).toMatchObject({
    conflicts: [{ reason: 'locked', state: 'submitting', storedVersion: 2 }],
  })

  await record('ERP-1')
  await record('ERP-1')
  await expect(record('ERP-2')).rejects.toThrow('conflict')
  const submitted = { state: 'submitted', erpNumber: 'ERP-1', version: 3, lines: order.lines }
  expect(await take()).toMatchObject({ outcome: 'submitted', order: submitted })
  expect(await take({ ...ref, jobId: randomUUID() })).toMatchObject({ outcome: 'conflict', order: submitted })
  expect(await orders.delete(ref)).toEqual({ outcome: 'conflict', state: 'submitted' })
  expect(await orders.find(ref)).toMatchObject(submitted)
  expect(await take({ ...ours, orderId: 'x' })).toEqual({ outcome: 'not_found' })
  expect(await toldTo(engine, userId)).toEqual([
    `PENDING_CREATED ${order.id}`,
    `PENDING_UPDATED ${order.id}`,
    `PENDING_UPDATED ${order.id}`,
  ])
})

it('counts totals exactly, and refuses what is too large for that (O9)', async () => {
  const { engine, orders, userId } = await storedOrder()
  const line = { sku: 'a', description: '', quantity: 1 }
  const largest = newOrder({ lines: [{ ...line, unitPrice: Number.MAX_SAFE_INTEGER }] })
  await storeOrders(engine, userId, [largest])
  expect(await orders.find({ userId, orderId: largest.id })).toMatchObject({
    total: Number.MAX_SAFE_INTEGER,
    lines: [{ unitPrice: Number.MAX_SAFE_INTEGER }],
  })
  const above = newOrder({ lines: [...largest.lines, { ...line, unitPrice: 1 }] })
  await expect(orders.upsertBatch({ userId, orders: [above] })).rejects.toThrow(RangeError)
})

it('stores text that Postgres refuses with what stands for it', async () => {
  const { engine, orders, userId } = await storedOrder()
  const strange = newOrder({ customerId: 'a\0', customerName: '\ud800', note: 'b\0' })
  await storeOrders(engine, userId, [strange, newOrder({ customerId: 'a\uFFFD', customerName: 'c' })])
  const shown = await orders.find({ userId, orderId: strange.id })
  expect(shown).toMatchObject({ customerId: 'a\uFFFD', customerName: '\uFFFD', note: 'b\uFFFD' })
})

it('stores as many lines as a batch can have, in their order', async () => {
  const { engine, orders, userId } = await storedOrder()
  const lines = Array.from({ length: 200 }, (_, at) => ({
    sku: `S-${at}`,
    description: '',
    quantity: 1,
    unitPrice: at,
  }))
  const batch = Array.from({ length: 60 }, () => newOrder({ lines }))
  await storeOrders(engine, userId, batch)
  expect(await orders.find({ userId, orderId: batch[59]!.id })).toMatchObject({ lines, total: 19_900 })
})

it('remembers customers by the newest name, and takes no newer one back (O10)', async () => {
  const { engine, orders, userId, order } = await storedOrder()
  const ref = { userId, customerId: 'K-1' }
  expect(await orders.findCustomer(ref)).toMatchObject({ name: 'Lovelace & Co', version: 1, fields: {} })

  const put = await orders.putCustomer({
    ...ref,
    name: 'Lovelace Ltd',
    fields: { phone: '1', city: 'London' },
  })
  expect(put).toMatchObject({ version: 2, name: 'Lovelace Ltd' })
  // Of the order alone the note is changed; it still has the old name.
  await storeOrders(engine, userId, [{ ...order, version: 1, note: 'n' }])
  expect(await orders.putCustomer({ ...ref, fields: { phone: '2' } })).toEqual({
    customerId: 'K-1',
    name: 'Lovelace Ltd',
    fields: { phone: '2', city: 'London' },
    version: 3,
    updatedAt: expect.any(String),
  })
  await storeOrders(engine, userId, [{ ...order, version: 2, customerName: 'Lovelace plc' }])
  expect(await orders.findCustomer(ref)).toMatchObject({ name: 'Lovelace plc', version: 4 })
  expect(await orders.putCustomer({ userId, customerId: 'K-2' })).toMatchObject({ name: 'K-2', version: 1 })

  const stranger = { userId: uniqueUserId(), customerId: 'K-1' }
  expect(await orders.findCustomer(stranger)).toBeUndefined()
  expect((await toldTo(engine, userId)).filter((told) => told.startsWith('CUSTOMER'))).toEqual([
    'CUSTOMER_UPDATED K-1',
    'CUSTOMER_UPDATED K-1',
    'CUSTOMER_UPDATED K-2',
  ])
})

it('gives back the marks under which the log takes what was told (O6)', async () => {
  const { engine, orders, userId, order } = await storedOrder()
  const stored = await orders.upsertBatch({
    userId,
    orders: [{ ...order, version: 1 }, newOrder()],
    originId: 'o',
  })
  const deleted = await orders.delete({ userId, orderId: order.id, originId: 'o' })
  const told = [stored, deleted].flatMap((change) => ('told' in change ? change.told : []))
  const rows = await engine.db.selectFrom('outbox').select(['id', 'body']).orderBy('id').execute()
  expect(told.map(({ once }) => once)).toEqual(rows.slice(1).map(onceMark))
  for (const [at, { message }] of told.entries()) {
    expect(JSON.parse(rows[at + 1]!.body)).toMatchObject({ ...message, payload: { originId: 'o' } })
  }
  expect(await orders.delete({ userId, orderId: randomUUID() })).toEqual({ outcome: 'not_found' })
})
