import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { createErp, type ErpOptions } from '../erp/create-erp.ts'

const LOGIN = { user: 'desk', password: 'desk' }

/** Somebody at a browser: keeps the cookie, follows to where a form leads. */
async function openDesk(options: Partial<ErpOptions> = {}) {
  const erp = createErp({ ...LOGIN, ...options })
  const server = erp.app.listen(0, '127.0.0.1')
  onTestFinished(() => void server.close())
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  let cookie = ''
  const visit = async (path: string, fields?: Record<string, string>) => {
    const response = await fetch(`${url}${path}`, {
      method: fields ? 'POST' : 'GET',
      redirect: 'manual',
      headers: { cookie },
      ...(fields && { body: new URLSearchParams(fields) }),
    })
    cookie = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return { status: response.status, to: response.headers.get('location'), html: await response.text() }
  }
  const formToken = async () => {
    const { html } = await visit('/orders')
    return /name="form_token" value="([^"]+)"/.exec(html)?.[1] ?? ''
  }
  return { erp, visit, formToken }
}

const ORDER = {
  customer: 'C-1',
  currency: 'EUR',
  reference: 'ours-1',
  sku_1: 'A',
  quantity_1: '2',
  price_1: '12.50',
}

it('shows nothing to who is not logged in, and takes no form of another page', async () => {
  const { erp, visit } = await openDesk()
  expect(await visit('/orders')).toMatchObject({ status: 302, to: '/login' })
  expect(await visit('/login', { ...LOGIN, password: 'no' })).toMatchObject({ status: 401 })
  await visit('/login', LOGIN)
  expect(await visit('/orders', { ...ORDER, form_token: 'guessed' })).toMatchObject({ status: 403 })
  expect(erp.store.orders).toHaveLength(0)
})

it('says of a form what is wrong with it', async () => {
  const { visit, formToken } = await openDesk()
  await visit('/login', LOGIN)
  const { status, html } = await visit('/orders/check', {
    ...ORDER,
    form_token: await formToken(),
    price_1: '12,5',
  })
  expect(status).toBe(422)
  expect(html).toContain('Customer C-1 does not exist.')
  expect(html).toContain('Line 1: the price &quot;12,5&quot; is not like 12.50.')
})

it('enters an order twice when it is told to', async () => {
  const { erp, visit, formToken } = await openDesk()
  await visit('/login', LOGIN)
  const form_token = await formToken()
  await visit('/customers', { form_token, number: 'C-1', name: 'Acme' })
  for (const number of ['ERP-100001', 'ERP-100002']) {
    expect((await visit('/orders', { ...ORDER, form_token })).html).toContain(
      `${number}</strong> was received`,
    )
  }
  expect(erp.store.findOrders('ours-1')).toHaveLength(2)
})

it('may have taken the order when it answers with an error', async () => {
  let dice = 1
  const { erp, visit, formToken } = await openDesk({ failureRate: 0.5, random: () => dice })
  await visit('/login', LOGIN)
  const form_token = await formToken()
  await visit('/customers', { form_token, number: 'C-1', name: 'Acme' })
  for (const [chance, orders] of [
    [0.2, 0],
    [0.4, 1],
  ] as const) {
    dice = chance
    expect((await visit('/orders', { ...ORDER, form_token })).status).toBe(503)
    expect(erp.store.orders).toHaveLength(orders)
  }
})
