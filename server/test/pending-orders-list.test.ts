import { randomUUID } from 'node:crypto'
import type { PendingOrder } from '@headway/events'
import { recordSubmission, takeOrder } from '@headway/jobs'
import { uniqueUserId } from '@headway/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHttp, type HttpFixture } from './http-fixture.ts'
import { newOrder, newOrders } from './order-batches.ts'
import { problemOf } from './problem-of.ts'

let http: HttpFixture
beforeAll(async () => {
  http = await startHttp()
})
afterAll(() => http.close())

const PATH = '/api/pending-orders'

async function save(userId: string, orders: readonly unknown[]): Promise<void> {
  expect((await http.call(`POST ${PATH}`, { userId, body: { orders } })).status).toBe(200)
}

async function list(userId: string, query = ''): Promise<PendingOrder[]> {
  return (await http.call(`GET ${PATH}?${query}`, { userId })).json.orders
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

describe('GET /api/pending-orders', () => {
  it('searches customers, numbers, notes and lines, each word somewhere, and takes no pattern', async () => {
    const userId = uniqueUserId()
    const babbage = newOrder({ customerName: 'Babbage 100%', customerId: 'K-2', note: 'by Friday' })
    const hopper = newOrder({
      customerName: 'Hopper',
      lines: [{ sku: 'MOTH_1', description: 'A Real Bug', quantity: 1, unitPrice: 1 }],
    })
    await save(userId, [babbage, hopper])
    await http.engine.db.transaction().execute(async (trx) => {
      const submission = { userId, orderId: hopper.id, jobId: randomUUID() }
      await takeOrder(trx, submission)
      await recordSubmission(trx, { ...submission, erpNumber: 'ERP-77' })
    })
    const found = async (search: string) =>
      (await list(userId, `search=${encodeURIComponent(search)}`))
        .map(({ customerName }) => customerName)
        .toSorted()
    expect(await found('BABB')).toEqual(['Babbage 100%'])
    expect(await found('friday k-2')).toEqual(['Babbage 100%'])
    expect(await found('friday moth')).toEqual([])
    expect(await found('real  bug')).toEqual(['Hopper'])
    expect(await found('erp-77')).toEqual(['Hopper'])
    expect(await found(babbage.id.slice(0, 13).toUpperCase())).toEqual(['Babbage 100%'])
    expect(await found('0%')).toEqual(['Babbage 100%'])
    expect(await found('H_1')).toEqual(['Hopper'])
    expect(await found('%')).toEqual(['Babbage 100%'])
    expect(await found(' ')).toEqual(['Babbage 100%', 'Hopper'])
    expect((await list(userId, 'state=submitted')).map(({ id }) => id)).toEqual([hopper.id])
    expect(await list(userId, 'state=draft&search=hopper')).toEqual([])
    expect(await list(uniqueUserId())).toEqual([])
  })

  it('sorts by change, creation, customer and total, both ways', async () => {
    const userId = uniqueUserId()
    const line = { sku: 'a', description: '', quantity: 1 }
    const [b, a, c] = ['bo', 'Al', 'Cy'].map((customerName, at) =>
      newOrder({ customerName, customerId: customerName, lines: [{ ...line, unitPrice: [3, 2, 1][at]! }] }),
    )
    for (const order of [b!, a!, c!]) await save(userId, [order])
    await save(userId, [{ ...b!, version: 1 }])
    const names = async (query: string) => (await list(userId, query)).map(({ customerName }) => customerName)
    expect(await names('')).toEqual(['bo', 'Cy', 'Al'])
    expect(await names('sort=updatedAt&direction=asc')).toEqual(['Al', 'Cy', 'bo'])
    expect(await names('sort=createdAt')).toEqual(['Cy', 'Al', 'bo'])
    expect(await names('sort=customerName&direction=asc')).toEqual(['Al', 'bo', 'Cy'])
    expect(await names('sort=total')).toEqual(['bo', 'Al', 'Cy'])
  })

  it('pages through, also by names that are long and strange', async () => {
    const userId = uniqueUserId()
    const orders = newOrders(5).map((order, at) => ({
      ...order,
      customerName: `${'Ü"\\👍'.repeat(39)}${at % 2}`,
    }))
    await save(userId, orders)
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const query: string = `sort=customerName&limit=2${cursor && `&cursor=${cursor}`}`
      const page = await http.call(`GET ${PATH}?${query}`, { userId })
      seen.push(...page.json.orders.map(({ id }: PendingOrder) => id))
      cursor = page.json.nextCursor
      expect(seen.length).toBeLessThanOrEqual(5)
    }
    expect(seen.toSorted()).toEqual(orders.map(({ id }) => id).toSorted())
  })

  it.each([
    'limit=0',
    'limit=101',
    'state=done',
    'sort=note',
    'direction=up',
    'search=%00',
    `search=${'x'.repeat(201)}`,
    'search=a&search=b',
    'order=1;drop',
    'cursor=x',
    `cursor=${encode(['total', 'desc', 1, randomUUID()])}`,
    `cursor=${encode(['updatedAt', 'desc', 'x', randomUUID()])}`,
    `cursor=${encode(['updatedAt', 'desc', 9e15, randomUUID()])}`,
    `cursor=${encode(['updatedAt', 'desc', 1, 'x'])}`,
    `sort=total&cursor=${encode(['total', 'desc', 1.5, randomUUID()])}`,
    `sort=customerName&cursor=${encode(['customerName', 'desc', 'a\0', randomUUID()])}`,
    `sort=customerName&cursor=${encode(['customerName', 'desc', '\ud800', randomUUID()])}`,
  ])('refuses ?%s', async (query) => {
    const answer = await http.call(`GET ${PATH}?${query}`, { userId: uniqueUserId() })
    expect(problemOf(answer)).toBe('400 bad_request')
  })

  it('asks for a token, and names the methods that there are', async () => {
    const id = randomUUID()
    for (const request of [
      `GET ${PATH}`,
      `POST ${PATH}`,
      `GET ${PATH}/${id}`,
      `DELETE ${PATH}/${id}`,
      'GET /api/customers',
    ]) {
      expect(problemOf(await http.call(request))).toBe('401 unauthorized')
    }
    const put = await http.call(`PUT ${PATH}/${id}`, { userId: uniqueUserId() })
    expect([problemOf(put), put.headers.get('allow')]).toEqual(['405 bad_request', 'GET, DELETE'])
  })
})

it('knows the customers of orders by the names that these give them', async () => {
  const userId = uniqueUserId()
  const order = newOrder({ customerId: 'K-9', customerName: 'Turing' })
  await save(userId, [order])
  await save(userId, [newOrder({ customerId: 'K-10', customerName: 'ada' })])
  await save(userId, [{ ...order, customerName: 'Turing Ltd', version: 1 }])
  const names = async (query = '') =>
    (await http.call(`GET /api/customers?${query}`, { userId })).json.customers.map(
      ({ customerId, name }: Record<string, string>) => `${customerId} ${name}`,
    )
  expect(await names()).toEqual(['K-10 ada', 'K-9 Turing Ltd'])
  expect(await names('search=TURING')).toEqual(['K-9 Turing Ltd'])
  expect(await names('search=k-1')).toEqual(['K-10 ada'])
  expect(await names('limit=1')).toEqual(['K-10 ada'])
  const stranger = await http.call('GET /api/customers', { userId: uniqueUserId() })
  expect(stranger.json).toEqual({ customers: [] })
  expect(problemOf(await http.call('GET /api/customers?cursor=x', { userId }))).toBe('400 bad_request')
})
