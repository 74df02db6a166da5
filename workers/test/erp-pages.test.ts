import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { BrowserSource } from '../src/browser/browser-source.ts'
import type { ErpAccount } from '../src/erp/erp-account.ts'
import { ErpCustomers } from '../src/erp/erp-customers.ts'
import { ErpOrders, type ErpOrder, type SendingListener } from '../src/erp/erp-orders.ts'
import { ErpSession } from '../src/erp/erp-session.ts'
import { UrlGuard } from '../src/pages/url-guard.ts'
import { ERP_PASSWORD, ErpSite } from './support/erp-site.ts'
import { testLogger } from './support/test-logger.ts'
import { WebSite } from './support/web-site.ts'

let browsers: BrowserSource
let site: ErpSite
const quiet: SendingListener = { onSending: async () => {}, onAnswered: async () => {} }

beforeAll(() => {
  const urls = new UrlGuard({ allowPrivateUrls: true })
  browsers = new BrowserSource({ urls, logger: testLogger })
})
afterAll(() => browsers.close())
beforeEach(async () => {
  site = await ErpSite.open()
  onTestFinished(() => site.close())
})

async function open({
  signal = new AbortController().signal,
  ...account
}: Partial<ErpAccount> & { signal?: AbortSignal } = {}) {
  const lease = await (await browsers.pool()).acquire({ userId: 'ann', signal, deadlineMs: 60_000 })
  onTestFinished(() => lease.release())
  const session = await ErpSession.open(
    { browser: () => lease.context, signal },
    { ...site.account, ...account },
  )
  return { session, orders: new ErpOrders(session), customers: new ErpCustomers(session) }
}

function anOrder(order: Partial<ErpOrder> = {}): ErpOrder {
  const lines = order.lines ?? [{ sku: 'A-1', description: 'Bolt', quantity: 3, unitPrice: 1250 }]
  const total = lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0)
  return { id: randomUUID(), customerId: 'C-1', currency: 'EUR', lines, total, ...order }
}

describe('orders', () => {
  beforeEach(() => {
    site.erp.store.putCustomer({ number: 'C-1', name: 'Ann', email: '', phone: '', street: '', city: '' })
  })

  it('are entered as they are, found by their reference, and never entered again', async () => {
    const { orders } = await open()
    const order = anOrder({ note: ' "Quick" <b>&amp; \'fine\'</b>\r\nünïcödé 😀 ', currency: 'CHF' })
    expect(await orders.find(order.id)).toBeUndefined()
    const number = await orders.submit(order, quiet)
    expect(await orders.find(order.id)).toBe(number)
    expect(await orders.submit(order, quiet)).toBe(number)
    expect(site.ordersOf(order.id)).toMatchObject([
      {
        number,
        customerNumber: 'C-1',
        currency: 'CHF',
        note: '"Quick" <b>&amp; \'fine\'</b> ünïcödé 😀',
        lines: order.lines,
      },
    ])
  }, 60_000)

  it('may have more lines than the form shows, and no more than it reads', async () => {
    const { orders } = await open()
    const order = anOrder({ lines: Array.from({ length: 50 }, (_, index) => lineOf(index)) })
    await orders.submit(order, quiet)
    expect(site.ordersOf(order.id)[0]?.lines).toEqual(order.lines)
    const tooMany = anOrder({ lines: Array.from({ length: 51 }, (_, index) => lineOf(index)) })
    await expect(orders.submit(tooMany, quiet)).rejects.toMatchObject({ code: 'erp_rejected' })
    expect(site.ordersOf(tooMany.id)).toEqual([])
  }, 60_000)

  it('that the ERP refuses come back with its sentences', async () => {
    const { orders } = await open()
    const order = anOrder({
      customerId: 'C-2',
      lines: [{ sku: '', description: 'x', quantity: 1, unitPrice: 1 }],
    })
    await expect(orders.submit(order, quiet)).rejects.toMatchObject({
      name: 'FinalError',
      code: 'erp_rejected',
      message: expect.stringMatching(/Customer C-2 does not exist\. Line 1: the article is missing\./),
    })
    expect(site.ordersOf(order.id)).toEqual([])
  }, 60_000)

  it('of other content under the same reference are a conflict', async () => {
    const { orders } = await open()
    const order = anOrder()
    await orders.submit(order, quiet)
    const other = { ...order, total: 1, lines: [{ ...order.lines[0]!, quantity: 1, unitPrice: 1 }] }
    await expect(orders.submit(other, quiet)).rejects.toMatchObject({ code: 'erp_conflict' })
    expect(site.ordersOf(order.id)).toHaveLength(1)
  }, 60_000)

  it('are gone on with when the session ends at any page', async () => {
    const { orders } = await open()
    await orders.find('x')
    const before = site.hits.length
    await orders.submit(anOrder(), quiet)
    const pages = site.hits.length - before
    for (let page = 0; page < pages; page += 1) {
      let seen = 0
      site.watcher = (request) => {
        if (seen === page) site.erp.sessions.end(request as never)
        seen += 1
      }
      const order = anOrder()
      await orders.submit(order, quiet)
      expect(site.ordersOf(order.id)).toHaveLength(1)
    }
  }, 120_000)

  it('tell before they are sent, and after an answer of the ERP itself', async () => {
    const { orders } = await open()
    const told: string[] = []
    const listener = {
      onSending: async () => void told.push(`sending at ${site.hits.at(-1)}`),
      onAnswered: async () => void told.push(`answered at ${site.hits.at(-1)}`),
    }
    await orders.submit(anOrder(), listener)
    expect(told).toEqual(['sending at POST /orders/check', 'answered at POST /orders'])
    const refused = anOrder()
    await expect(orders.submit(refused, { ...listener, onSending: refuse })).rejects.toThrow('not mine')
    expect(site.ordersOf(refused.id)).toEqual([])
  }, 60_000)
})

describe('customers', () => {
  it('are added, found by their very number, and changed in what is named alone', async () => {
    const { customers } = await open()
    expect(await customers.exists('C-7')).toBe(false)
    await customers.create('C-77', { name: 'Zoë "Z" <&>', city: 'Bern' })
    expect(await customers.exists('C-7')).toBe(false)
    expect(await customers.exists('C-77')).toBe(true)
    await customers.change('C-77', { email: 'z@example.com', city: '' })
    expect(site.erp.store.customer('C-77')).toMatchObject({
      name: 'Zoë "Z" <&>',
      email: 'z@example.com',
      city: '',
    })
    await expect(customers.change('C-77', { email: 'none' })).rejects.toMatchObject({
      code: 'erp_rejected',
      message: expect.stringContaining('E-mail "none" is not an address.'),
    })
  }, 60_000)
})

describe('an ERP that is not well', () => {
  it('is unavailable when it is busy, late or away', async () => {
    const { orders } = await open({ pageTimeoutMs: 1000 })
    await orders.find('x')
    const unavailable = { name: 'RetryableError', code: 'erp_unavailable' }
    site.failureRate = 1
    await expect(orders.find('x')).rejects.toMatchObject(unavailable)
    site.failureRate = 0
    site.watcher = () => new Promise(() => {})
    await expect(orders.find('x')).rejects.toMatchObject(unavailable)
    await site.close()
    await expect(orders.find('x')).rejects.toMatchObject(unavailable)
  }, 60_000)

  it('that does not let the worker in is asked once, and the password is in no error', async () => {
    const { orders } = await open({ password: `${ERP_PASSWORD}-not` })
    const error = await orders.find('x').catch((thrown: unknown) => thrown)
    expect(error).toMatchObject({ name: 'FinalError', code: 'erp_login_refused' })
    expect(String(error)).toContain('User or password is wrong.')
    expect(JSON.stringify(error) + String((error as Error).stack)).not.toContain(ERP_PASSWORD)
    expect(site.hits.filter((hit) => hit === 'POST /login')).toHaveLength(1)
  }, 60_000)

  it('that leads elsewhere is told nothing', async () => {
    const other = await WebSite.open()
    onTestFinished(() => other.close())
    other.page(
      '/login',
      '<form action="/login" method="post"><input name="user"><input name="password"><button id="log-in">',
    )
    const leading = await WebSite.open()
    onTestFinished(() => leading.close())
    leading.handle('/orders', (_request, response) =>
      response.writeHead(302, { location: other.url('/login') }).end(),
    )
    const { orders } = await open({ origin: new URL(leading.url()).origin })
    await expect(orders.find('x')).rejects.toMatchObject({ code: 'url_not_allowed' })
    expect(other.hits.filter((path) => path !== '/favicon.ico')).toEqual(['/login'])
  }, 60_000)

  it.each(['GET /orders/new', 'POST /orders/check', 'POST /orders', 'POST /login'])(
    'holds nobody up who is told to stop during %s',
    async (hit) => {
      site.erp.store.putCustomer({ number: 'C-1', name: 'Ann', email: '', phone: '', street: '', city: '' })
      const abort = new AbortController()
      const { orders } = await open({ signal: abort.signal })
      site.watcher = () => {
        if (site.hits.at(-1) !== hit) return undefined
        abort.abort(new Error('stop'))
        return new Promise<never>(() => {})
      }
      await expect(orders.submit(anOrder(), quiet)).rejects.toThrow('stop')
    },
    60_000,
  )
})

function lineOf(index: number) {
  return { sku: `A-${index}`, description: `Part "${index}"`, quantity: index + 1, unitPrice: 5 + index }
}

async function refuse(): Promise<never> {
  throw new Error('not mine any more')
}
