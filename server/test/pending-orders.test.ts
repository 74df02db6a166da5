import { randomUUID } from 'node:crypto'
import { userChannel, type OrderInput, type PendingOrder, type WebSocketMessage } from '@headway/events'
import { payloadSchemas } from '@headway/events/schemas'
import { recordSubmission, takeOrder } from '@headway/jobs'
import { TEST_JWT_SECRET, uniqueUserId } from '@headway/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPendingOrdersRouter, createTokenVerifier } from '../src/index.ts'
import { callUrl, startHttp, type Answer, type HttpFixture } from './http-fixture.ts'
import { newOrder, newOrders } from './order-batches.ts'
import { problemOf } from './problem-of.ts'
import { serveRouter } from './serve-router.ts'

let http: HttpFixture
beforeAll(async () => {
  http = await startHttp()
})
afterAll(() => http.close())

const PATH = '/api/pending-orders'

function save(
  userId: string,
  orders: readonly unknown[],
  headers: Record<string, string> = {},
): Promise<Answer> {
  return http.call(`POST ${PATH}`, { userId, body: { orders }, headers })
}

async function list(userId: string, query = ''): Promise<PendingOrder[]> {
  return (await http.call(`GET ${PATH}?${query}`, { userId })).json.orders
}

/** What the outbox holds for a user, published or not, in its order. */
async function toldTo(userId: string): Promise<WebSocketMessage[]> {
  const rows = await http.engine.db
    .selectFrom('outbox')
    .where('channel', '=', userChannel(userId))
    .select('body')
    .orderBy('id')
    .execute()
  return rows.map(({ body }) => JSON.parse(body) as WebSocketMessage)
}

/** A user with an order of version 1. */
async function withOrder(fields: Partial<OrderInput> = {}) {
  const userId = uniqueUserId()
  const order = newOrder(fields)
  expect((await save(userId, [order])).status).toBe(200)
  return { userId, order, path: `${PATH}/${order.id}` }
}

describe('POST /api/pending-orders', () => {
  it('creates orders, and shows them as they were sent, with their total', async () => {
    const userId = uniqueUserId()
    const order = newOrder({ note: 'Ring twice' })
    const answer = await save(userId, [order])
    expect([answer.status, answer.json]).toEqual([
      200,
      { results: [{ id: order.id, action: 'created', version: 1 }] },
    ])
    const shown = await http.call(`GET ${PATH}/${order.id}`, { userId })
    expect(shown.json).toEqual({
      ...order,
      version: 1,
      state: 'draft',
      erpNumber: null,
      total: 2_797,
      createdAt: expect.stringMatching(/^\d{4}-.*Z$/),
      updatedAt: shown.json.createdAt,
    })
    expect(await list(userId)).toEqual([shown.json])
  })

  it('updates an order by the version it was made from, read and sent back as it came', async () => {
    const { userId, order, path } = await withOrder({ note: 'old' })
    const { note: _note, ...read } = (await http.call(`GET ${path}`, { userId })).json as PendingOrder
    const lines = [{ sku: 'C-3', description: '', quantity: 1, unitPrice: 0 }]
    const answer = await save(userId, [{ ...read, lines }])
    expect(answer.json).toEqual({ results: [{ id: order.id, action: 'updated', version: 2 }] })
    const shown = (await http.call(`GET ${path}`, { userId })).json
    expect(shown).toMatchObject({ version: 2, total: 0, lines, createdAt: read.createdAt })
    expect(shown).not.toHaveProperty('note')
  })

  it('tells of a mixed batch by one event per action, with the device that sent it', async () => {
    const { userId, order } = await withOrder()
    const [first, second] = [newOrder(), newOrder()]
    const batch = [first, { ...order, version: 1, note: 'changed' }, second]
    const answer = await save(userId, batch, { 'x-client-id': 'phone:7.b_-' })
    expect(answer.json.results).toEqual([
      { id: first.id, action: 'created', version: 1 },
      { id: order.id, action: 'updated', version: 2 },
      { id: second.id, action: 'created', version: 1 },
    ])
    const told = (await toldTo(userId)).slice(1)
    const originId = 'phone:7.b_-'
    expect(told.map(({ type, payload }) => [type, payload])).toEqual([
      ['PENDING_CREATED', { orderIds: [first.id, second.id], count: 2, originId }],
      ['PENDING_UPDATED', { orderIds: [order.id], count: 1, originId }],
    ])
    for (const { type, payload } of told) {
      expect(payloadSchemas[type as 'PENDING_CREATED'].safeParse(payload).success).toBe(true)
    }
  })

  it('takes 500 orders at once, in one event that fits into a message', async () => {
    const userId = uniqueUserId()
    const orders = newOrders(500)
    const answer = await save(userId, orders, { 'x-client-id': 'x'.repeat(64) })
    expect(answer.json.results).toHaveLength(500)
    const [told, ...others] = await toldTo(userId)
    expect(told).toMatchObject({ type: 'PENDING_CREATED', payload: { count: 500 } })
    expect(others).toEqual([])
    expect(JSON.stringify(told).length).toBeLessThan(32_768)

    const changed = await save(
      userId,
      orders.map((order) => ({ ...order, version: 1 })),
    )
    expect(new Set(changed.json.results.map(({ version }: PendingOrder) => version))).toEqual(new Set([2]))
    expect(problemOf(await save(userId, newOrders(501)))).toBe('400 bad_request')
  })

  it('refuses a batch for one wrong order, and names every fault without its value', async () => {
    const userId = uniqueUserId()
    const right = newOrder()
    const wrong = {
      ...right,
      customerName: ' ',
      currency: 'canary',
      lines: [{ sku: 'a', description: 'x'.repeat(201), quantity: 1.5, unitPrice: -1, canary: 1 }],
      'a/b': 1,
    }
    const answer = await save(userId, [right, wrong, { id: 'canary' }, 'canary'])
    expect(problemOf(answer)).toBe('400 bad_request')
    const faults = answer.json.errors.map(
      ({ pointer, detail }: Record<string, string>) => `${pointer} ${detail}`,
    )
    expect(faults.toSorted()).toEqual(
      [
        '#/orders/1/a~1b is not known',
        '#/orders/1/currency must be a currency code of ISO 4217, like EUR',
        '#/orders/1/customerName must not be empty',
        '#/orders/1/id is the id of order 0 too',
        '#/orders/1/lines/0/canary is not known',
        '#/orders/1/lines/0/description must have at most 200 characters',
        '#/orders/1/lines/0/quantity must be a whole number from 1 to 1000000',
        '#/orders/1/lines/0/unitPrice must be a whole number from 0 to 1000000000000',
        '#/orders/2/currency is required',
        '#/orders/2/customerId is required',
        '#/orders/2/customerName is required',
        '#/orders/2/id must be a UUID in lower case',
        '#/orders/2/lines is required',
        '#/orders/3 must be an object',
      ].toSorted(),
    )
    expect(answer.json.detail).toMatch(/^The batch has 14 faults, and nothing of it was stored/)
    expect(answer.text.replaceAll('/canary ', '').replaceAll('lines/0/canary', '')).not.toContain('canary')
    expect(await list(userId)).toEqual([])
    expect(await toldTo(userId)).toEqual([])
  })

  it.each([
    undefined,
    null,
    [],
    {},
    { orders: [] },
    { orders: {} },
    { orders: [null] },
    { orders: [newOrder()], more: 1 },
    { orders: [newOrder({ lines: [] })] },
    { orders: [newOrder({ id: randomUUID().toUpperCase() })] },
    { orders: [newOrder({ version: 0 })] },
    { orders: [newOrder({ note: 'n'.repeat(2_001) })] },
    { orders: [newOrder({ note: 'a\0b' })] },
    { orders: [newOrder({ lines: Array.from({ length: 201 }, () => newOrder().lines[0]!) })] },
  ])('refuses the body %#', async (body) => {
    const answer = await http.call(`POST ${PATH}`, {
      userId: uniqueUserId(),
      body: JSON.stringify(body) ?? '',
    })
    expect(problemOf(answer)).toBe('400 bad_request')
  })

  it('refuses an order that costs more than can be counted exactly', async () => {
    const line = { sku: 'a', description: '', quantity: 1_000_000 }
    const lines = (unitPrice: number) => [
      { ...line, unitPrice: 4_503_599_627 },
      { ...line, unitPrice },
    ]
    const { userId, path } = await withOrder({ lines: lines(4_503_599_627) })
    expect((await http.call(`GET ${path}`, { userId })).json.total).toBe(9_007_199_254_000_000)
    const answer = await save(userId, [newOrder({ lines: lines(4_503_599_628) })])
    expect(answer.json.errors).toEqual([
      { pointer: '#/orders/0/lines', detail: 'cost more than can be counted exactly' },
    ])
  })

  it('refuses a batch beyond its limits: bytes, rate, orders that wait', async () => {
    const userId = uniqueUserId()
    const lines = Array.from({ length: 30 }, () => newOrder().lines[0]!)
    const large = newOrders(500, { note: 'n'.repeat(2_000), lines })
    expect(problemOf(await save(userId, large))).toBe('413 payload_too_large')

    const verifier = createTokenVerifier({ jwtSecret: TEST_JWT_SECRET })
    const logger = { debug() {}, info() {}, warn() {}, error() {} }
    const limits = { batchesPerMinute: 3, maxUnsubmittedOrders: 2 }
    const url = await serveRouter(
      createPendingOrdersRouter({ engine: http.engine, verifier, logger, limits }),
    )
    const send = (orders: OrderInput[]) => callUrl(url, 'POST', { userId, body: { orders } })
    expect((await send(newOrders(2))).status).toBe(200)
    const above = await send(newOrders(1))
    expect(problemOf(above)).toBe('429 limit_exceeded')
    expect(above.json.detail).toMatch(/more than 2 orders/)
    await send([])
    const tooOften = await send([])
    expect(problemOf(tooOften)).toBe('429 rate_limited')
    expect(Number(tooOften.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it.each(['', 'two words', 'x'.repeat(65), 'a/b', 'é'])('refuses the X-Client-Id "%s"', async (clientId) => {
    const { userId, path } = await withOrder()
    const headers = { 'x-client-id': Buffer.from(clientId).toString('latin1') }
    expect(problemOf(await save(userId, [newOrder()], headers))).toBe('400 bad_request')
    expect(problemOf(await http.call(`DELETE ${path}`, { userId, headers }))).toBe('400 bad_request')
    expect(await list(userId)).toHaveLength(1)
  })
})

/** A conflict without what names the request and the order. */
function withoutId({ json }: Answer): object {
  return { ...json, requestId: '', instance: '', conflicts: [{ ...json.conflicts[0], id: '' }] }
}

describe('a conflict', () => {
  it('names both versions of every stale order, and nothing is stored', async () => {
    const userId = uniqueUserId()
    const [fresh, stale, unversioned] = newOrders(3)
    await save(userId, [fresh, stale, unversioned])
    await save(userId, [{ ...stale, version: 1, note: 'of another device' }])
    const before = await list(userId)
    const told = await toldTo(userId)

    const added = newOrder()
    const batch = [
      { ...fresh, version: 1, note: 'mine' },
      added,
      { ...stale, version: 1, note: 'mine' },
      unversioned,
    ]
    const answer = await save(userId, batch)
    expect(problemOf(answer)).toBe('409 conflict')
    expect(answer.json.conflicts).toEqual([
      { id: stale?.id, reason: 'stale', sentVersion: 1, storedVersion: 2, state: 'draft' },
      { id: unversioned?.id, reason: 'stale', sentVersion: null, storedVersion: 1, state: 'draft' },
    ])
    expect(answer.json.errors).toEqual([
      { pointer: '#/orders/2/version', detail: 'is 1, and 2 is stored' },
      { pointer: '#/orders/3/version', detail: 'is missing: the order is stored already, as version 1' },
    ])
    expect(await list(userId)).toEqual(before)
    expect(await toldTo(userId)).toEqual(told)
  })

  it('is a change of what was deleted', async () => {
    const { userId, order, path } = await withOrder()
    await http.call(`DELETE ${path}`, { userId })
    const answer = await save(userId, [{ ...order, version: 1 }])
    expect(answer.json.conflicts).toEqual([
      { id: order.id, reason: 'gone', sentVersion: 1, storedVersion: null, state: null },
    ])
    expect((await http.call(`GET ${path}`, { userId })).status).toBe(404)
  })

  it('is an id that somebody else has, and tells nothing of theirs', async () => {
    const { order, userId: owner, path } = await withOrder()
    const stranger = uniqueUserId()
    const created = await save(stranger, [order])
    expect(problemOf(created)).toBe('409 conflict')
    expect(created.json.conflicts).toEqual([
      { id: order.id, reason: 'taken', sentVersion: null, storedVersion: null, state: null },
    ])
    const [changed, missing] = [
      await save(stranger, [{ ...order, version: 1 }]),
      await save(stranger, [newOrder({ version: 1 })]),
    ]
    expect(withoutId(changed)).toEqual(withoutId(missing))
    expect((await http.call(`GET ${path}`, { userId: owner })).json.version).toBe(1)
    expect(await toldTo(stranger)).toEqual([])
  })

  it.each(['submitting', 'submitted'] as const)(
    'is a change of what is %s, and deleting it',
    async (state) => {
      const { userId, order, path } = await withOrder()
      await http.engine.db.transaction().execute(async (trx) => {
        const submission = { userId, orderId: order.id, jobId: randomUUID() }
        await takeOrder(trx, submission)
        if (state === 'submitted') await recordSubmission(trx, { ...submission, erpNumber: 'ERP-1' })
      })
      const version = state === 'submitted' ? 3 : 2
      const changed = await save(userId, [{ ...order, version }])
      expect(changed.json).toMatchObject({
        code: 'conflict',
        conflicts: [{ reason: 'locked', state, sentVersion: version, storedVersion: version }],
      })
      expect(changed.json.errors[0].detail).toContain(`the order is ${state}`)
      const deleted = await http.call(`DELETE ${path}`, { userId })
      expect(problemOf(deleted)).toBe('409 conflict')
      expect(deleted.json.detail).toContain(state)
      expect((await http.call(`GET ${path}`, { userId })).json).toMatchObject({ state, version })
    },
  )
})

describe('DELETE /api/pending-orders/:id', () => {
  it('removes the order, and tells of it', async () => {
    const { userId, order, path } = await withOrder()
    const answer = await http.call(`DELETE ${path}`, { userId, headers: { 'x-client-id': 'tab-1' } })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(await list(userId)).toEqual([])
    expect((await toldTo(userId)).at(-1)).toMatchObject({
      type: 'PENDING_DELETED',
      payload: { orderId: order.id, originId: 'tab-1' },
    })
    const lines = http.engine.db.selectFrom('pending_order_lines').where('order_id', '=', order.id)
    expect(await lines.selectAll().execute()).toEqual([])
  })

  it('answers a foreign order like a missing one, and sends nothing', async () => {
    const { userId: owner, order, path } = await withOrder()
    const stranger = uniqueUserId()
    for (const method of ['GET', 'DELETE']) {
      for (const id of [order.id, randomUUID(), 'x', order.id.toUpperCase()]) {
        const answer = await http.call(`${method} ${PATH}/${id}`, { userId: stranger })
        expect(problemOf(answer)).toBe('404 not_found')
        expect(answer.json.detail).toBe('There is no such order.')
      }
    }
    expect(await toldTo(stranger)).toEqual([])
    expect(await toldTo(owner)).toHaveLength(1)
    expect((await http.call(`GET ${path}`, { userId: owner })).status).toBe(200)
  })
})

it('publishes its limits', async () => {
  const { json } = await http.call('GET /api/limits')
  expect(json.pendingOrders).toMatchObject({
    maxOrdersPerBatch: 500,
    maxLines: 200,
    batchMaxBytes: 2_097_152,
  })
})
