import { randomUUID } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OrderInput } from '@headway/events'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { submitOrder } from '../src/operations/submit-order.ts'
import { updateCustomer } from '../src/operations/update-customer.ts'
import { Deployment } from './support/deployment.ts'
import { ERP_PASSWORD, ErpSite } from './support/erp-site.ts'

let deployment: Deployment
let site: ErpSite

beforeAll(async () => {
  deployment = await Deployment.open()
  site = await ErpSite.open()
  await deployment.startWorker({
    operations: [submitOrder, updateCustomer],
    erp: { ...site.account, settleMs: 3000 },
  })
}, 60_000)
afterAll(async () => {
  await deployment.close()
  await site.close()
})

/** Whatever a test does to the ERP is over with it. */
function disturb(how: Partial<Pick<ErpSite, 'watcher' | 'failureRate'>>): void {
  Object.assign(site, how)
  onTestFinished(() => void Object.assign(site, { watcher: () => undefined, failureRate: 0 }))
}

async function anOrder(order: Partial<OrderInput> = {}): Promise<string> {
  const input: OrderInput = {
    id: randomUUID(),
    customerId: 'C-1',
    customerName: 'Ann & "Sons"',
    currency: 'EUR',
    lines: [{ sku: 'A-1', description: 'Bolt', quantity: 3, unitPrice: 1250 }],
    ...order,
  }
  const { userId } = deployment
  expect(await deployment.engine.orders.upsertBatch({ userId, orders: [input] })).toMatchObject({
    outcome: 'stored',
  })
  return input.id
}

async function find(orderId: string) {
  return deployment.engine.orders.find({ userId: deployment.userId, orderId })
}

/** States that the user was told of, as far as messages tell: one PENDING_UPDATED for each. */
function told(orderId: string): number {
  return deployment.tap
    .ofUser(deployment.userId)
    .filter(
      ({ type, payload }) =>
        type === 'PENDING_UPDATED' && (payload as { orderIds: string[] }).orderIds.includes(orderId),
    ).length
}

async function submit(orderId: string): Promise<string> {
  return deployment.createJob('submit-order', { orderId })
}

describe('submit-order', () => {
  it('enters the order with its customer, and brings back number and confirmation', async () => {
    const orderId = await anOrder({ note: 'Fragile' })
    const jobId = await submit(orderId)
    const job = await deployment.reaches(jobId, 'completed', 60_000)
    const [entered] = site.ordersOf(orderId)
    expect(job.result).toEqual({ orderId, erpNumber: entered?.number })
    expect(job.artifacts).toMatchObject([{ name: 'confirmation.png', contentType: 'image/png' }])
    expect(site.erp.store.customer('C-1')?.name).toBe('Ann & "Sons"')
    expect(entered).toMatchObject({ customerNumber: 'C-1', note: 'Fragile', lines: [{ unitPrice: 1250 }] })
    expect(await find(orderId)).toMatchObject({ state: 'submitted', erpNumber: entered?.number, version: 3 })
    expect(told(orderId)).toBe(2)
    expect(job.steps.map(({ name }) => name)).toEqual([
      'order',
      'customer',
      'submit',
      'record',
      'confirmation',
    ])
  }, 90_000)

  it('refuses an order that is not there, and one that is in the ERP already', async () => {
    const missing = await deployment.reaches(await submit(randomUUID()), 'failed', 60_000)
    expect(missing).toMatchObject({ errorCode: 'not_found', attempt: 1 })
    const orderId = await anOrder()
    await deployment.reaches(await submit(orderId), 'completed', 60_000)
    const again = await deployment.reaches(await submit(orderId), 'failed', 60_000)
    expect(again).toMatchObject({ errorCode: 'conflict', error: expect.stringContaining('submitted') })
    expect(await find(orderId)).toMatchObject({ state: 'submitted' })
    expect(site.ordersOf(orderId)).toHaveLength(1)
  }, 90_000)

  it('fails with the sentences of the ERP, and the order can be corrected and submitted again', async () => {
    const orderId = await anOrder({
      lines: [{ sku: 'A-1', description: '', quantity: 1_000_000, unitPrice: 1 }],
    })
    const jobId = await submit(orderId)
    const job = await deployment.reaches(jobId, 'failed', 60_000)
    expect(job).toMatchObject({
      errorCode: 'erp_rejected',
      error: expect.stringContaining('Line 1: the quantity "1000000" is not a whole number above 0.'),
      artifacts: [{ name: 'refused.png' }],
      attempt: 1,
    })
    const failed = await find(orderId)
    expect(failed).toMatchObject({ state: 'failed', erpNumber: null })
    await anOrder({ id: orderId, version: failed!.version })
    expect(await find(orderId)).toMatchObject({ state: 'draft' })

    await deployment.resume(jobId)
    expect(await deployment.reaches(jobId, 'failed', 60_000)).toMatchObject({ errorCode: 'conflict' })
    await deployment.reaches(await submit(orderId), 'completed', 60_000)
    expect(await find(orderId)).toMatchObject({ state: 'submitted' })
    expect(site.ordersOf(orderId)).toHaveLength(1)
  }, 120_000)

  it('does not submit twice when the ERP answers 503 after it has taken the order', async () => {
    const orderId = await anOrder()
    let sent = 0
    disturb({
      watcher: (request) => {
        const isSending = request.method === 'POST' && request.url === '/orders'
        if (isSending) sent += 1
        // 0.9 of all that can be drawn: an error after the work.
        site.failureRate = isSending && sent === 1 ? 1 : 0
      },
    })
    const random = site.random
    site.random = () => 0.9
    onTestFinished(() => void (site.random = random))
    const job = await deployment.reaches(await submit(orderId), 'completed', 90_000)
    expect(job.attempt).toBe(2)
    expect(sent).toBe(1)
    expect(site.ordersOf(orderId)).toHaveLength(1)
    expect(await find(orderId)).toMatchObject({ state: 'submitted' })
  }, 120_000)

  it('is tried again while the ERP is busy, and fails in the end with the order', async () => {
    const orderId = await anOrder()
    disturb({ failureRate: 1 })
    const job = await deployment.reaches(await submit(orderId), 'failed', 120_000)
    expect(job).toMatchObject({ errorCode: 'erp_unavailable', attempt: 5 })
    expect(await find(orderId)).toMatchObject({ state: 'failed' })
  }, 150_000)

  it('gives the order back as a draft when it is cancelled: at work, and while it waits for another attempt', async () => {
    const orderId = await anOrder()
    disturb({ watcher: (request) => (request.url === '/orders/new' ? new Promise(() => {}) : undefined) })
    const jobId = await submit(orderId)
    await expect.poll(() => site.hits.at(-1), { timeout: 30_000 }).toBe('GET /orders/new')
    expect(await find(orderId)).toMatchObject({ state: 'submitting' })
    await deployment.cancel(jobId)
    await deployment.reaches(jobId, 'cancelled')
    expect(await find(orderId)).toMatchObject({ state: 'draft' })

    disturb({ failureRate: 1 })
    const waiting = await submit(orderId)
    await deployment.tap.sees(waiting, 'JOB_QUEUED', 2, 60_000)
    await deployment.cancel(waiting)
    await deployment.reaches(waiting, 'cancelled')
    expect(await find(orderId)).toMatchObject({ state: 'draft' })
    expect(told(orderId)).toBe(4)
    expect(site.ordersOf(orderId)).toEqual([])
  }, 120_000)

  it('waits for an order that was sent and not answered, and finds it when the ERP is done with it', async () => {
    const orderId = await anOrder()
    const held = Promise.withResolvers<void>()
    const before = site.hits.length
    disturb({
      watcher: (request) => {
        return request.method === 'POST' && request.url === '/orders' ? held.promise : undefined
      },
    })
    const jobId = await submit(orderId)
    await expect.poll(() => site.hits.at(-1), { timeout: 30_000 }).toBe('POST /orders')
    await deployment.cancel(jobId)
    await deployment.reaches(jobId, 'cancelled')
    // The ERP is still at work on it: the connection has ended, its work has not.
    const again = await submit(orderId)
    await expect
      .poll(async () => (await deployment.view(again)).label, { timeout: 30_000 })
      .toMatch(/may be at work/)
    held.resolve()
    await deployment.reaches(again, 'completed', 60_000)
    expect(site.ordersOf(orderId)).toHaveLength(1)
    expect(site.hits.slice(before).filter((hit) => hit === 'POST /orders')).toHaveLength(1)
  }, 120_000)
})

it('enters an order that was on the point of being sent when its worker died, once the ERP cannot be at work on it', async () => {
  const orderId = await anOrder()
  await deployment.engine.db
    .insertInto('order_submissions')
    .values({ order_id: orderId, job_id: randomUUID(), sent_at: new Date() })
    .execute()
  const jobId = await submit(orderId)
  await expect
    .poll(async () => (await deployment.view(jobId)).label, { interval: 50 })
    .toMatch(/may be at work/)
  await deployment.reaches(jobId, 'completed', 60_000)
  expect(site.ordersOf(orderId)).toHaveLength(1)
}, 90_000)

it('submits each order once to an ERP that fails at random, before or after its work', async () => {
  const seed = Math.floor(Math.random() * 2 ** 32)
  const random = site.random
  site.random = randomOf(seed)
  onTestFinished(() => void (site.random = random))
  disturb({ failureRate: 0.1 })
  const orderIds = await Promise.all(Array.from({ length: 8 }, () => anOrder()))
  const jobIds = await Promise.all(orderIds.map((orderId) => submit(orderId)))
  const isOver = async (jobId: string) => (await deployment.view(jobId)).finishedAt !== null
  await expect
    .poll(async () => (await Promise.all(jobIds.map(isOver))).every(Boolean), { timeout: 200_000 })
    .toBe(true)
  const failures = deployment.tap.ofUser(deployment.userId).filter(({ type, payload }) => {
    return type === 'JOB_QUEUED' && (payload as { reason: string }).reason === 'retry'
  })
  expect(failures.length, `seed ${seed}`).toBeGreaterThan(0)

  // What has failed in the end may be there all the same: to submit it again finds out.
  site.failureRate = 0
  for (const orderId of orderIds) {
    if ((await find(orderId))?.state === 'failed')
      await deployment.reaches(await submit(orderId), 'completed', 60_000)
  }
  const numbers = await Promise.all(orderIds.map(async (orderId) => (await find(orderId))?.erpNumber))
  expect(numbers, `seed ${seed}`).toEqual(orderIds.map((orderId) => site.ordersOf(orderId)[0]?.number))
  expect(
    orderIds.map((orderId) => site.ordersOf(orderId).length),
    `seed ${seed}`,
  ).toEqual(orderIds.map(() => 1))
}, 300_000)

describe('update-customer', () => {
  it('changes the customer in the ERP, shows how far it is, and tells of it once', async () => {
    const customerId = `C-${randomUUID().slice(0, 8)}`
    await anOrder({ customerId, customerName: 'Zoë' })
    const fields = { email: 'zoe@example.com', city: 'Zürich' }
    const jobId = await deployment.createJob('update-customer', { customerId, fields })
    await deployment.reaches(jobId, 'completed', 60_000)
    expect(site.erp.store.customer(customerId)).toMatchObject({ name: 'Zoë', ...fields, street: '' })
    const { userId } = deployment
    expect(await deployment.engine.orders.findCustomer({ userId, customerId })).toMatchObject({ fields })
    const messages = deployment.tap
      .ofUser(userId)
      .filter(({ payload }) => (payload as { customerId?: string }).customerId === customerId)
    expect(messages.filter(({ type }) => type === 'CUSTOMER_UPDATED')).toHaveLength(1)
    const shown = messages.filter(({ type }) => type === 'CUSTOMER_UPDATE_PROGRESS')
    expect(shown.map(({ payload }) => (payload as { progress: number }).progress)).toEqual([10, 50, 100])
    expect(shown.some((message) => 'seq' in message && message.seq !== undefined)).toBe(false)

    const again = { name: 'Zoë Z.', city: '' }
    await deployment.reaches(
      await deployment.createJob('update-customer', { customerId, fields: again }),
      'completed',
      60_000,
    )
    expect(site.erp.store.customer(customerId)).toMatchObject({ ...fields, ...again })
  }, 120_000)

  it('fails with the sentences of the ERP, and for a customer of nobody', async () => {
    const customerId = `C-${randomUUID().slice(0, 8)}`
    await anOrder({ customerId })
    const rejected = await deployment.createJob('update-customer', { customerId, fields: { email: 'x' } })
    expect(await deployment.reaches(rejected, 'failed', 60_000)).toMatchObject({
      errorCode: 'erp_rejected',
      error: expect.stringContaining('E-mail "x" is not an address.'),
    })
    const unknown = { customerId: 'not-mine', fields: { city: 'Bern' } }
    const jobId = await deployment.createJob('update-customer', unknown)
    expect(await deployment.reaches(jobId, 'failed', 60_000)).toMatchObject({ errorCode: 'not_found' })
  }, 120_000)
})

it('are listed as unavailable with the reason where no ERP is set', async () => {
  const other = await Deployment.open()
  onTestFinished(() => other.close())
  await other.startWorker({ operations: [submitOrder, updateCustomer] })
  const listed = await other.engine.operations.list()
  expect(listed).toHaveLength(2)
  for (const operation of listed) {
    expect(operation).toMatchObject({ available: false, reason: expect.stringContaining('ERP_URL') })
  }
}, 60_000)

it('leave the password nowhere: in no file, message or row', async () => {
  const { engine, artifactsDir, tap, userId } = deployment
  const rows = await Promise.all([
    engine.db.selectFrom('jobs').selectAll().execute(),
    engine.db.selectFrom('job_steps').selectAll().execute(),
    engine.db.selectFrom('outbox').selectAll().execute(),
    engine.db.selectFrom('operations').selectAll().execute(),
  ])
  expect(JSON.stringify([rows, tap.ofUser(userId)])).not.toContain(ERP_PASSWORD)
  const files = await readdir(artifactsDir, { recursive: true, withFileTypes: true })
  for (const file of files.filter((entry) => entry.isFile())) {
    expect((await readFile(join(file.parentPath, file.name))).includes(ERP_PASSWORD)).toBe(false)
  }
})

/** Numbers from 0 to 1, the same ones for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
