import { text } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { importOrders } from '../src/operations/import-orders.ts'
import { Deployment } from './support/deployment.ts'

const HEADER = 'order,customerId,customerName,currency,sku,description,quantity,unitPrice,note'

function fileOf(count: number, bad: readonly string[] = []): string {
  const rows = Array.from(
    { length: count },
    (_, n) => `PO-${n},C-${n % 7},Customer ${n % 7},EUR,A-${n},,${n + 1},0.25,`,
  )
  return `${[HEADER, ...rows, ...bad].join('\n')}\n`
}

async function openDeployment(): Promise<Deployment> {
  const deployment = await Deployment.open()
  onTestFinished(() => deployment.close())
  return deployment
}

async function storedOrders({ engine, userId }: Deployment): Promise<number> {
  const rows = await engine.db
    .selectFrom('pending_orders')
    .where('user_id', '=', userId)
    .select('id')
    .execute()
  return rows.length
}

it('stores the orders in batches, each told in one message, and leaves the bad rows in a file', async () => {
  const deployment = await openDeployment()
  await deployment.startWorker({ operations: [importOrders] })
  const bad = ['PO-X,C-1,Customer 1,EUR,A,,none,1,', 'PO-Y,C-1,=cmd(),EUR,A,,1,free,']
  const jobId = await deployment.createJob('import-orders', { csv: fileOf(250, bad) })
  const job = await deployment.reaches(jobId, 'completed', 30_000)

  expect(job.result).toEqual({ rows: 252, created: 250, updated: 0, refused: 2 })
  expect(await storedOrders(deployment)).toBe(250)
  const told = deployment.tap.ofUser(deployment.userId).filter(({ type }) => type === 'PENDING_CREATED')
  expect(told.map(({ payload }) => (payload as { count: number }).count)).toEqual([100, 100, 50])
  const [artifact] = job.artifacts
  expect(artifact).toMatchObject({ name: 'bad-rows.csv', contentType: 'text/csv' })
  const { artifacts } = deployment.engine
  const found = await artifacts.find(deployment.userId, jobId, artifact!.artifactId)
  const file = await text(await artifacts.stream(found!.key))
  expect(file).toContain('252,"quantity: ""none"" is not a whole number",PO-X')
  expect(file).toContain("'=cmd()")
})

it('stores a file once: what is there already is refused, row by row', async () => {
  const deployment = await openDeployment()
  await deployment.startWorker({ operations: [importOrders] })
  const first = await deployment.createJob('import-orders', { csv: fileOf(3) })
  await deployment.reaches(first, 'completed')
  const second = await deployment.createJob('import-orders', { csv: fileOf(5) })
  expect((await deployment.reaches(second, 'completed')).result).toEqual({
    rows: 5,
    created: 2,
    updated: 0,
    refused: 3,
  })
  expect(await storedOrders(deployment)).toBe(5)
})

it('goes on after the last stored batch when its worker is lost', async () => {
  const deployment = await openDeployment()
  const worker = await deployment.startWorker({ operations: [importOrders] })
  const jobId = await deployment.createJob('import-orders', { csv: fileOf(2_000) })
  await expect.poll(() => storedOrders(deployment), { timeout: 20_000 }).toBeGreaterThan(0)
  await worker.close()
  await deployment.startWorker({ operations: [importOrders] })
  const job = await deployment.reaches(jobId, 'completed', 60_000)
  expect(job.result).toEqual({ rows: 2_000, created: 2_000, updated: 0, refused: 0 })
  expect(await storedOrders(deployment)).toBe(2_000)
})

it('fails for good with a file that is none', async () => {
  const deployment = await openDeployment()
  await deployment.startWorker({ operations: [importOrders] })
  const jobId = await deployment.createJob('import-orders', { csv: 'no header' })
  expect(await deployment.reaches(jobId, 'failed')).toMatchObject({ attempt: 1, errorCode: 'bad_request' })
})
