import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { DEFAULT_QUEUE_NAME } from '@headway/jobs'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { Deployment } from './support/deployment.ts'
import { ErpSite } from './support/erp-site.ts'
import { WorkerProcess } from './support/worker-process.ts'

let deployment: Deployment
let site: ErpSite
let worker: WorkerProcess
const orderIds: string[] = []

beforeAll(async () => {
  deployment = await Deployment.open({ ownRedis: true, queueName: DEFAULT_QUEUE_NAME })
  site = await ErpSite.open()
  worker = await startWorker()
}, 60_000)
afterAll(async () => {
  await worker.kill()
  await deployment.close()
  await site.close()
})

/** Private addresses are not allowed, and the ERP is on one. */
async function startWorker(): Promise<WorkerProcess> {
  const { origin, user, password } = site.account
  return WorkerProcess.start(deployment, {
    ERP_URL: origin,
    ERP_USER: user,
    ERP_PASSWORD: password,
    ERP_PAGE_TIMEOUT_MS: '5000',
    // Longer than it takes a busy machine to start another worker.
    ERP_SETTLE_MS: '30000',
    HEADWAY_LEASE_MS: '1500',
  })
}

/** Every job brings a customer of its own along, so that it comes by every page. */
async function submit(): Promise<{ orderId: string; jobId: string }> {
  const orderId = randomUUID()
  orderIds.push(orderId)
  const order = {
    id: orderId,
    customerId: `C-${orderId.slice(0, 8)}`,
    customerName: 'Ann',
    currency: 'EUR',
    lines: [{ sku: 'A-1', description: 'Bolt', quantity: 3, unitPrice: 1250 }],
  }
  const { userId } = deployment
  await deployment.engine.orders.upsertBatch({ userId, orders: [order] })
  return { orderId, jobId: await deployment.createJob('submit-order', { orderId }) }
}

/** The worker dies, and another one takes its place: with what has been sent still on its way. */
async function kill(): Promise<void> {
  await worker.kill()
  worker = await startWorker()
}

interface Outcome {
  attempt: number
  artifacts: string[]
  /** How often the order is in the ERP. */
  entered: number
  state: string | undefined
  /** The order and the job's result name the number that the ERP has given it. */
  isNamed: boolean
  /** How often the user was told that the order has changed. */
  told: number
}

/** Told once that it is on its way, once that it has arrived; and the worker that began it is dead, or nothing was tested. */
const ONCE: Outcome = {
  attempt: 2,
  artifacts: ['confirmation.png'],
  entered: 1,
  state: 'submitted',
  isNamed: true,
  told: 2,
}

async function outcomeOf({ orderId, jobId }: Awaited<ReturnType<typeof submit>>): Promise<Outcome> {
  const { userId, engine, tap } = deployment
  const { attempt, artifacts, result } = await deployment.reaches(jobId, 'completed', 60_000)
  const entered = site.ordersOf(orderId)
  const order = await engine.orders.find({ userId, orderId })
  const numbers = [order?.erpNumber, (result as { erpNumber?: string }).erpNumber]
  const changes = tap
    .ofUser(userId)
    .filter(({ type }) => type === 'PENDING_UPDATED')
    .filter(({ payload }) => (payload as { orderIds: string[] }).orderIds.includes(orderId))
  return {
    attempt,
    artifacts: artifacts.map(({ name }) => name),
    entered: entered.length,
    state: order?.state,
    isNamed: numbers.every((number) => number === entered[0]?.number),
    told: changes.length,
  }
}

/** Kills the worker once, at the first request that is meant. */
function killAt(when: 'watcher' | 'answering', hit: string): { killed: Promise<void> } {
  const killed = Promise.withResolvers<void>()
  let isDone = false
  site[when] = async (request: IncomingMessage) => {
    if (isDone || `${request.method} ${request.url?.split('?')[0]}` !== hit) return
    isDone = true
    await worker.kill()
    killed.resolve()
  }
  return { killed: killed.promise }
}

describe('submit-order, with the worker killed', () => {
  it.each([
    'GET /login',
    'POST /login',
    'GET /customers',
    'GET /customers/new',
    'POST /customers',
    'GET /orders/new',
    'POST /orders/check',
    'POST /orders',
  ])(
    'as the ERP gets %s, which it carries out all the same',
    async (hit) => {
      const { killed } = killAt('watcher', hit)
      const submission = await submit()
      await killed
      await kill()
      expect(await outcomeOf(submission)).toEqual(ONCE)
    },
    90_000,
  )

  it.each(['POST /customers', 'POST /orders/check', 'POST /orders'])(
    'as the ERP has carried out %s, and before it answers',
    async (hit) => {
      const { killed } = killAt('answering', hit)
      const submission = await submit()
      await killed
      await kill()
      expect(await outcomeOf(submission)).toEqual(ONCE)
    },
    90_000,
  )

  it('while the ERP is still at work on the order, for longer than the next attempt takes to look it up', async () => {
    const held = Promise.withResolvers<void>()
    let sent = 0
    site.watcher = async (request) => {
      if (request.method !== 'POST' || request.url !== '/orders') return
      sent += 1
      if (sent > 1) return
      await worker.kill()
      await held.promise
    }
    const submission = await submit()
    await expect.poll(() => sent, { timeout: 30_000 }).toBe(1)
    await kill()
    await expect
      .poll(async () => (await deployment.view(submission.jobId)).label, { timeout: 30_000 })
      .toMatch(/may be at work/)
    held.resolve()
    expect(await outcomeOf(submission)).toEqual(ONCE)
    expect(sent).toBe(1)
  }, 90_000)

  it.each([
    ['order', 'started'],
    ['order', 'completed'],
    ['customer', 'completed'],
    ['submit', 'started'],
    ['submit', 'completed'],
    ['record', 'started'],
    ['record', 'completed'],
    ['confirmation', 'started'],
    ['confirmation', 'completed'],
  ])(
    'when the step %s has %s',
    async (step, status) => {
      site.watcher = () => undefined
      const submission = await submit()
      await expect
        .poll(
          () =>
            deployment.tap
              .ofJob(submission.jobId, 'JOB_STEP')
              .some(({ payload }) => payload.step === step && payload.status === status),
          { timeout: 30_000, interval: 2 },
        )
        .toBe(true)
      await kill()
      // Where the word of it took its time, it may have been over before.
      expect(await outcomeOf(submission)).toEqual({ ...ONCE, attempt: expect.any(Number) })
    },
    90_000,
  )

  it('or frozen right before it sends the order, and back when another one has sent it', async () => {
    const frozen = worker
    onTestFinished(() => frozen.kill())
    let isFrozen = false
    site.answering = (request) => {
      if (isFrozen || request.url !== '/orders/check') return
      isFrozen = true
      frozen.freeze()
    }
    const submission = await submit()
    await expect.poll(() => isFrozen, { timeout: 30_000 }).toBe(true)
    worker = await startWorker()
    expect(await outcomeOf(submission)).toEqual(ONCE)
    await worker.kill()
    frozen.thaw()
    // It has its wits about it when it has done another job.
    expect(await outcomeOf(await submit())).toMatchObject({ entered: 1, state: 'submitted' })
    expect(site.ordersOf(submission.orderId)).toHaveLength(1)
  }, 120_000)

  it("leaves each order once in the ERP's own list", async () => {
    const references = await site.listReferences()
    expect(references.filter((reference) => orderIds.includes(reference)).toSorted()).toEqual(
      orderIds.toSorted(),
    )
  })
})
