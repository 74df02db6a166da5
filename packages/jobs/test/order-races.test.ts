import { randomUUID } from 'node:crypto'
import { uniqueUserId } from '@headway/test-kit'
import { array, assert, asyncProperty, boolean, nat, record, uniqueArray } from 'fast-check'
import { expect, it } from 'vitest'
import { newOrder, storeOrders, toldTo } from './support/test-orders.ts'
import { openTestDatabase, openTestEngine } from './support/test-engine.ts'

it('stores one of two batches that change the same orders, and refuses the other whole (O2, O3)', async () => {
  const databaseUrl = await openTestDatabase()
  const [one, other] = [await openTestEngine({ databaseUrl }), await openTestEngine({ databaseUrl })]
  const userId = uniqueUserId()
  const ids = Array.from({ length: 100 }, () => randomUUID())
  const batchOf = (note: string, version: number) =>
    ids.map((id) => newOrder({ id, note, ...(version > 0 && { version }) }))
  for (let version = 0; version < 8; version += 1) {
    const [forward, backward] = [batchOf('forward', version), batchOf('backward', version).toReversed()]
    const outcomes = await Promise.all([
      one.engine.orders.upsertBatch({ userId, orders: forward }),
      other.engine.orders.upsertBatch({ userId, orders: backward }),
    ])
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['conflict', 'stored'])
    const refused = outcomes.find(({ outcome }) => outcome === 'conflict') as { conflicts: object[] }
    expect(refused.conflicts).toHaveLength(100)
    expect(refused.conflicts[0]).toMatchObject({ reason: 'stale', storedVersion: version + 1 })
    const { orders } = await one.engine.orders.list({ userId, limit: 100 })
    const winner = outcomes[0].outcome === 'stored' ? 'forward' : 'backward'
    expect(new Set(orders.map(({ note }) => note))).toEqual(new Set([winner]))
  }
  expect(await toldTo(one.engine, userId)).toHaveLength(8)
})

const SLOTS = 8

/** What a change has done to which slots. */
interface Done {
  name: string
  deleted: number[]
  written: number[]
}

const someSlots = uniqueArray(nat(SLOTS - 1), { minLength: 1, maxLength: SLOTS })
const aChange = record({
  isDeletion: boolean(),
  slots: someSlots,
  customers: array(nat(2), { minLength: SLOTS, maxLength: SLOTS }),
})

it('explains changes at once by some order of them, and none waits for ever (O1, O2, O3, O6)', async () => {
  const databaseUrl = await openTestDatabase()
  const engines = [await openTestEngine({ databaseUrl }), await openTestEngine({ databaseUrl })]
  const { engine } = engines[0]!
  const property = asyncProperty(
    someSlots,
    array(aChange, { minLength: 2, maxLength: 8 }),
    async (existing, changes) => {
      const userId = uniqueUserId()
      const ids = Array.from({ length: SLOTS }, () => randomUUID())
      const first = existing.map((slot) => newOrder({ id: ids[slot]!, customerName: 'first' }))
      await storeOrders(engine, userId, first)

      const done = await Promise.all(
        changes.map(async ({ isDeletion, slots, customers }, at): Promise<Done> => {
          const { orders } = engines[at % 2]!.engine
          if (isDeletion) {
            const deletion = await orders.delete({ userId, orderId: ids[slots[0]!]! })
            return { name: '', deleted: deletion.outcome === 'deleted' ? slots.slice(0, 1) : [], written: [] }
          }
          const name = `by ${at}`
          const batch = slots.map((slot) => ({
            ...newOrder({ id: ids[slot]!, customerId: `K-${customers[slot]}`, customerName: name }),
            ...(existing.includes(slot) && { version: 1 }),
          }))
          const outcome = await orders.upsertBatch({ userId, orders: batch })
          return { name, deleted: [], written: outcome.outcome === 'stored' ? slots : [] }
        }),
      )

      const { orders } = await engine.orders.list({ userId, limit: 100 })
      for (const [slot, id] of ids.entries()) {
        const isExisting = existing.includes(slot)
        const writers = done.filter(({ written }) => written.includes(slot)).map(({ name }) => name)
        const deletions = done.filter(({ deleted }) => deleted.includes(slot)).length
        const order = orders.find((each) => each.id === id)
        // Of those who started from one version, one has written: from version 1, or from nothing, once more after each deletion.
        expect(writers.length).toBeLessThanOrEqual(isExisting ? 1 : deletions + 1)
        // Each deletion has removed something, and what nobody removed is there.
        expect(deletions + (order ? 1 : 0)).toBe(isExisting ? 1 : writers.length)
        const names = isExisting && writers.length === 0 ? ['first'] : writers
        expect(order === undefined || names.includes(order.customerName)).toBe(true)
        expect(order?.version).toBe(order && (isExisting && writers.length > 0 ? 2 : 1))
      }
      const types = (await toldTo(engine, userId)).slice(1).map((told) => told.replace(/ .*/, ''))
      const expected = done.flatMap(({ deleted, written }) => [
        ...(deleted.length > 0 ? ['PENDING_DELETED'] : []),
        ...(written.some((slot) => !existing.includes(slot)) ? ['PENDING_CREATED'] : []),
        ...(written.some((slot) => existing.includes(slot)) ? ['PENDING_UPDATED'] : []),
      ])
      expect(types.toSorted()).toEqual(expected.toSorted())
    },
  )
  await assert(property, { numRuns: 60, endOnFailure: true, includeErrorInReport: true })
})

it('tries again where the same order is created twice at once, and names the conflict (O3)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  for (let round = 0; round < 20; round += 1) {
    const shared = newOrder()
    const outcomes = await Promise.all(
      [userId, userId, uniqueUserId()].map((each) =>
        engine.orders.upsertBatch({ userId: each, orders: [newOrder(), shared] }),
      ),
    )
    expect(outcomes.map(({ outcome }) => outcome).toSorted()).toEqual(['conflict', 'conflict', 'stored'])
  }
})
