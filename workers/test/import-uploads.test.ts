import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ArtifactSource } from '@headway/jobs'
import { expect, it, onTestFinished } from 'vitest'
import { importOrders } from '../src/operations/import-orders.ts'
import { Deployment } from './support/deployment.ts'
import { WorkerProcess } from './support/worker-process.ts'

const HEADER = 'order,customerId,customerName,currency,sku,description,quantity,unitPrice,note'
const MIB = 1_048_576

async function openDeployment(): Promise<Deployment> {
  const deployment = await Deployment.open()
  onTestFinished(() => deployment.close())
  return deployment
}

async function upload({ engine, userId }: Deployment, source: ArtifactSource): Promise<string> {
  const stored = await engine.uploads.store({
    userId,
    name: 'orders.csv',
    contentType: 'text/csv',
    source,
    maxBytes: 50 * MIB,
    maxUnused: 10,
  })
  if (stored.outcome !== 'stored') throw new Error('The file was not stored.')
  return stored.upload.uploadId
}

/** As the server creates it. */
async function createImport(deployment: Deployment, uploadId: string): Promise<string> {
  const { engine, userId } = deployment
  const input = { uploadId }
  const creation = await engine.jobs.create({
    userId,
    operationType: 'import-orders',
    input,
    uploadIds: [uploadId],
  })
  if (creation.outcome !== 'created') throw new Error('The job was not created.')
  const { jobId } = creation.response
  await deployment.publish(jobId)
  return jobId
}

/** Orders of twenty lines, of which each has a note that is not read. */
function* largeFile(orders: number): Generator<string> {
  yield `${HEADER}\n`
  const note = 'x'.repeat(1_980)
  for (let order = 0; order < orders; order += 1) {
    const rows = Array.from(
      { length: 20 },
      (_, line) => `PO-${order},C-1,Größe,EUR,A-${line},,1,0.25,${note}\n`,
    )
    yield rows.join('')
  }
}

async function storedOrders({ engine, userId }: Deployment): Promise<number> {
  const { count } = await engine.db
    .selectFrom('pending_orders')
    .where('user_id', '=', userId)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return count
}

it('reads an uploaded file of many megabytes piece by piece, and goes on in it when its worker is killed', async () => {
  const deployment = await openDeployment()
  const uploadId = await upload(deployment, Readable.from(largeFile(500)))
  expect((await deployment.engine.uploads.find(deployment.userId, uploadId))!.size).toBeGreaterThan(18 * MIB)
  // Its memory has no room for the file beside what it needs anyway.
  const settings = { NODE_OPTIONS: '--max-old-space-size=80', HEADWAY_LEASE_MS: '2000' }
  const first = await WorkerProcess.start(deployment, settings)
  onTestFinished(() => first.kill())
  const jobId = await createImport(deployment, uploadId)
  await expect.poll(() => storedOrders(deployment), { timeout: 60_000 }).toBeGreaterThan(0)
  await first.kill()
  const second = await WorkerProcess.start(deployment, settings)
  onTestFinished(() => second.kill())
  const job = await deployment.reaches(jobId, 'completed', 120_000)
  expect(job.result).toEqual({ rows: 10_000, created: 500, updated: 0, refused: 0 })
  expect(await storedOrders(deployment)).toBe(500)
  const told = deployment.tap.ofUser(deployment.userId).filter(({ type }) => type === 'PENDING_CREATED')
  expect(told.map(({ payload }) => (payload as { count: number }).count)).toEqual([100, 100, 100, 100, 100])
  expect(job.attempt).toBe(2)
}, 240_000)

it('refuses every row of a file that is there already, however many they are', async () => {
  const deployment = await openDeployment()
  await deployment.startWorker({ operations: [importOrders] })
  const file = () => upload(deployment, [...largeFile(100)].join(''))
  await deployment.reaches(await createImport(deployment, await file()), 'completed', 60_000)
  const again = await deployment.reaches(await createImport(deployment, await file()), 'completed', 60_000)
  expect(again.result).toEqual({ rows: 2_000, created: 0, updated: 0, refused: 2_000 })
  expect(again.artifacts[0]).toMatchObject({ name: 'bad-rows.csv' })
}, 150_000)

it.each([
  ['in Latin-1', Buffer.from(`${HEADER}\nPO-1,C-1,Größe,EUR,A,,1,1,\n`, 'latin1'), 'is not text in UTF-8'],
  ['of UTF-16', Buffer.from(`\uFEFF${HEADER}\nPO-1,C-1,A,EUR,A,,1,1,\n`, 'utf16le'), 'is text in UTF-16'],
  [
    'of UTF-16 the other way round',
    Buffer.from(`\uFEFF${HEADER}\nPO-1,C-1,A,EUR,A,,1,1,\n`, 'utf16le').swap16(),
    'is text in UTF-16',
  ],
  ['of UTF-16 without a mark', Buffer.from(`${HEADER}\nPO-1,C-1,A\n`, 'utf16le'), 'is text in UTF-16'],
  ['of two bytes of UTF-16', Buffer.from('a', 'utf16le'), 'is text in UTF-16'],
  ['of one letter', Buffer.from('a'), 'lacks customerId'],
  ['that is empty', Buffer.alloc(0), 'The file orders.csv is empty'],
  ['without a line break', Buffer.alloc(MIB, 'a'), "can't be read as CSV"],
  ['that is none', Buffer.from('<html>\n<body>'), 'lacks customerId'],
])('fails for good with a file %s', async (_what, bytes, message) => {
  const deployment = await openDeployment()
  await deployment.startWorker({ operations: [importOrders] })
  const jobId = await createImport(deployment, await upload(deployment, bytes))
  const job = await deployment.reaches(jobId, 'failed')
  expect(job).toMatchObject({ attempt: 1, errorCode: 'bad_request', error: expect.stringContaining(message) })
})

it('fails for good without its file, and with both kinds of input or none', async () => {
  const deployment = await openDeployment()
  await deployment.startWorker({ operations: [importOrders] })
  const inputs = [{ uploadId: randomUUID() }, {}, { uploadId: randomUUID(), csv: HEADER }]
  for (const input of inputs) {
    const jobId = await deployment.createJob('import-orders', input)
    expect(await deployment.reaches(jobId, 'failed')).toMatchObject({ attempt: 1, errorCode: 'bad_request' })
  }
})

it('reads a file as spreadsheets write it: marked as UTF-8, and with a line for its separator', async () => {
  const deployment = await openDeployment()
  await deployment.startWorker({ operations: [importOrders] })
  const rows = ['sep=;', HEADER.replaceAll(',', ';'), 'PO-1;C-1;Größe;EUR;A;;1;12,50;']
  const file = await upload(deployment, Buffer.from(`\uFEFF${rows.join('\r\n')}\r\n`))
  const job = await deployment.reaches(await createImport(deployment, file), 'completed')
  expect(job.result).toEqual({ rows: 1, created: 1, updated: 0, refused: 0 })
  const { orders } = await deployment.engine.orders.list({ userId: deployment.userId, limit: 10 })
  expect(orders).toMatchObject([{ customerName: 'Größe', total: 1250 }])
})

it('tells the API which field is an upload, and that one of the two is to be given', async () => {
  const { inputSchema } = importOrders
  expect(inputSchema).toMatchObject({
    properties: { uploadId: { type: 'string', format: 'upload' } },
    oneOf: [{ required: ['uploadId'] }, { required: ['csv'] }],
  })
})
