import { randomUUID } from 'node:crypto'
import type { OrderInput } from '@headway/events'
import { uniqueUserId } from '@headway/test-kit'
import { array, assert, asyncProperty, constant, constantFrom, integer, nat, oneof, record } from 'fast-check'
import { expect, it } from 'vitest'
import { ORDER_SORTS, takeOrder } from '../src/index.ts'
import { allPages, newOrder, storeOrders } from './support/test-orders.ts'
import { openTestEngine } from './support/test-engine.ts'

/** Few values, so that many orders are equal in what they are sorted by. */
const NAMES = ['a', 'A', 'Ä', 'b B', "c'd", '👍', '']
const names = constantFrom(...NAMES)
const price = nat(3)

/** What others do while somebody turns the pages. */
const change = oneof(
  record({ do: constant('create' as const), name: names, price }),
  record({ do: constant('change' as const), at: nat(), name: names, price }),
  record({ do: constant('delete' as const), at: nat() }),
)

function orderOf(name: string, unitPrice: number, fields: Partial<OrderInput> = {}): OrderInput {
  return newOrder({
    customerName: name,
    lines: [{ sku: 's', description: '', quantity: 1, unitPrice }],
    ...fields,
  })
}

it('shows what nobody changes on one page, whatever others do meanwhile (O7)', async () => {
  const { engine } = await openTestEngine()
  const { orders } = engine
  const property = asyncProperty(
    record({
      quiet: array(record({ name: names, price }), { maxLength: 12 }),
      lively: array(record({ name: names, price }), { minLength: 1, maxLength: 6 }),
      changes: array(array(change, { maxLength: 3 }), { maxLength: 12 }),
      sort: constantFrom(...ORDER_SORTS),
      direction: constantFrom('asc' as const, 'desc' as const),
      limit: integer({ min: 1, max: 5 }),
    }),
    async ({ quiet, lively, changes, sort, direction, limit }) => {
      const userId = uniqueUserId()
      const unchanged = quiet.map(({ name, price }) => orderOf(name, price))
      const versions = new Map<string, number>()
      const changing = lively.map(({ name, price }) => orderOf(name, price))
      // In one batch they are of the same moment; apart, of several.
      await storeOrders(engine, userId, [...unchanged, ...changing])
      for (const { id } of changing) versions.set(id, 1)

      const left = changes.values()
      const seen = await allPages(engine, { userId, sort, direction, limit }, async () => {
        for (const each of left.next().value ?? []) {
          const id =
            each.do === 'create' ? randomUUID() : [...versions.keys()][each.at % Math.max(1, versions.size)]
          if (id === undefined) continue
          if (each.do === 'delete') {
            await orders.delete({ userId, orderId: id })
            versions.delete(id)
            continue
          }
          const version = versions.get(id)
          await storeOrders(engine, userId, [
            orderOf(each.name, each.price, { id, ...(version && { version }) }),
          ])
          versions.set(id, (version ?? 0) + 1)
        }
      })
      const shown = seen.filter(({ id }) => unchanged.some((order) => order.id === id)).map(({ id }) => id)
      expect(shown.toSorted()).toEqual(unchanged.map(({ id }) => id).toSorted())

      // And at rest every list is whole, in the order that was asked for.
      const atRest = await allPages(engine, { userId, sort, direction, limit })
      const whole = await orders.list({ userId, sort, direction, limit: 100 })
      expect(atRest).toEqual(whole.orders)
      expect(atRest).toHaveLength(unchanged.length + versions.size)
    },
  )
  await assert(property, { numRuns: 40, endOnFailure: true })
})

it('is cut by a filter and a search as well (O7)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const batch = Array.from({ length: 30 }, (_, at) => newOrder({ note: at % 3 === 0 ? 'urgent' : 'later' }))
  await storeOrders(engine, userId, batch)
  const jobId = randomUUID()
  await engine.db.transaction().execute(async (trx) => {
    for (const { id } of batch.slice(0, 9)) await takeOrder(trx, { userId, orderId: id, jobId })
  })
  const found = await allPages(engine, { userId, search: 'URG', state: 'draft', limit: 2 })
  const expected = batch.slice(9).filter(({ note }) => note === 'urgent')
  expect(found.map(({ id }) => id).toSorted()).toEqual(expected.map(({ id }) => id).toSorted())
})

it.each([
  ['composed', 'NFC'],
  ['decomposed', 'NFD'],
] as const)('finds what is stored %s, however it is typed (O12)', async (_, form) => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const order = newOrder({
    customerName: 'Zoë Müller'.normalize(form),
    lines: [{ sku: 'A', description: 'Crème brûlée'.normalize(form), quantity: 1, unitPrice: 1 }],
  })
  await storeOrders(engine, userId, [order, newOrder({ customerId: 'K-2', customerName: 'Zoe Muller' })])
  for (const typed of ['müller', 'MÜLLER zoë', 'brûlée']) {
    for (const search of [typed.normalize('NFC'), typed.normalize('NFD')]) {
      const { orders } = await engine.orders.list({ userId, search, limit: 10 })
      expect(orders.map(({ id }) => id)).toEqual([order.id])
    }
  }
  for (const search of ['Müller'.normalize('NFC'), 'MÜLLER'.normalize('NFD')]) {
    const found = await engine.orders.listCustomers({ userId, search, limit: 10 })
    // And is shown as it was written.
    expect(found.map(({ name }) => name)).toEqual([order.customerName])
  }
})

it('sees an order whole: head and lines of one version (O8)', async () => {
  const { engine } = await openTestEngine()
  const { orders } = engine
  const userId = uniqueUserId()
  const ids = Array.from({ length: 20 }, () => randomUUID())
  const batchOf = (version: number) =>
    ids.map((id) => orderOf('n', version + 1, { id, ...(version > 0 && { version }) }))
  await storeOrders(engine, userId, batchOf(0))
  let isWriting = true
  const writing = (async () => {
    for (let version = 1; version < 40; version += 1) await storeOrders(engine, userId, batchOf(version))
    isWriting = false
  })()
  let reads = 0
  while (isWriting) {
    const page = await orders.list({ userId, limit: 20 })
    const one = await orders.find({ userId, orderId: ids[0]! })
    for (const order of [...page.orders, one!]) {
      expect([order.total, order.lines[0]!.unitPrice]).toEqual([order.version, order.version])
    }
    reads += 1
  }
  await writing
  expect(reads).toBeGreaterThan(0)
})
