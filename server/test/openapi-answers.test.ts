import { randomUUID } from 'node:crypto'
import { takeOrder } from '@headway/jobs'
import { signToken, uniqueUserId } from '@headway/test-kit'
import { Registry } from 'prom-client'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import { BODY_MAX_BYTES } from '../src/http/json-body.ts'
import { BATCH_MAX_BYTES } from '../src/http/pending-orders/order-route-limits.ts'
import { DescribedAnswers } from './described-answers.ts'
import { startHttp, type HttpFixture } from './http-fixture.ts'
import { newOrder } from './order-batches.ts'

type CallOptions = Parameters<HttpFixture['call']>[1]

const QUESTION = { name: 'colour', prompt: 'Which?', schema: { type: 'string' }, expiresInMs: 60_000 }
const UPLOADS = { maxBytes: 100, maxUnused: 1, perMinute: 4 }
const userId = uniqueUserId()

let http: HttpFixture
let answers: DescribedAnswers
const faults: string[] = []
beforeAll(async () => {
  http = await startHttp({
    devToken: { jwtSecret: 'a secret that signs nothing here' },
    metrics: { registry: new Registry(), token: 'scraper' },
    uploadLimits: UPLOADS,
    sockets: {},
  })
  answers = new DescribedAnswers((await http.call('GET /api/openapi.json')).json)
})
afterAll(() => http.close())

/** Calls, and holds the answer against the description. */
async function call(request: string, options?: CallOptions) {
  const answer = await http.call(request, options)
  faults.push(...answers.faultsOf(request, answer))
  return answer
}

/** A server whose settings make it refuse. */
async function strictServer(options: Parameters<typeof startHttp>[0]): Promise<HttpFixture['call']> {
  const strict = await startHttp(options)
  onTestFinished(() => strict.close())
  return async (request, callOptions) => {
    const answer = await strict.call(request, callOptions)
    faults.push(...answers.faultsOf(request, answer))
    return answer
  }
}

/** A job with a text, an artifact and an open question. */
async function askingJob(): Promise<{ job: string; artifact: string }> {
  const { jobId } = await http.createJob(userId)
  const attempt = await http.claim(jobId)
  await attempt.running()
  await attempt.chunk('so far')
  const { artifactId } = await attempt.artifact('a.txt', 'a file', 'text/plain')
  await attempt.park(QUESTION)
  return { job: `/api/jobs/${jobId}`, artifact: `/api/jobs/${jobId}/artifacts/${artifactId}` }
}

async function endedJob(): Promise<{ job: string }> {
  const { jobId } = await http.createJob(userId)
  const attempt = await http.claim(jobId)
  await attempt.running()
  await attempt.complete({ sum: 3 })
  return { job: `/api/jobs/${jobId}` }
}

it('answers as described to what is right', async () => {
  const { job, artifact } = await askingJob()
  const body = { type: 'sum', numbers: [1] }
  await call('POST /api/jobs', { userId, body })
  await call('GET /api/jobs?limit=1', { userId })
  await call(`GET ${job}`, { userId })
  await call(`GET ${job}/text`, { userId })
  await call(`GET ${job}/text`, { userId, headers: { range: 'bytes=0-1' } })
  const { headers } = await call(`GET ${artifact}`, { userId })
  await call(`GET ${artifact}?token=${await signToken({ userId })}`)
  await call(`GET ${artifact}`, { userId, headers: { range: 'bytes=0-1' } })
  await call(`GET ${artifact}`, { userId, headers: { 'if-none-match': headers.get('etag') ?? '' } })
  await call(`POST ${job}/answers/colour`, { userId, body: { value: 'red' } })
  await call(`PATCH ${job}/cancel`, { userId, body: { reason: 'enough' } })
  await call(`POST ${job}/resume`, { userId })
  const events = `${(await endedJob()).job}/events`
  const { text } = await call(`GET ${events}?token=${await signToken({ userId })}`)
  await call(`GET ${events}?lastEventId=${/^id: (\d+)$/m.exec(text)?.[1]}`, { userId })
  await call('GET /api/operations', { userId })
  await call('POST /api/uploads?name=a.csv', {
    userId: uniqueUserId(),
    body: 'a;b',
    headers: { 'content-type': 'text/csv' },
  })

  const order = newOrder({ note: 'by hand' })
  await call('POST /api/pending-orders', { userId, body: { orders: [order] } })
  await call('POST /api/pending-orders', { userId, body: { orders: [{ ...order, version: 1 }, newOrder()] } })
  await call('GET /api/pending-orders?limit=1&sort=total', { userId })
  await call(`GET /api/pending-orders/${order.id}`, { userId })
  await call(`DELETE /api/pending-orders/${order.id}`, { userId })
  await call('GET /api/customers?search=lovelace', { userId })

  for (const path of ['/api/limits', '/health', '/ready']) await call(`GET ${path}`)
  await call('GET /metrics', { token: 'scraper' })
  for (const path of ['/api/openapi.json', '/api/docs']) {
    const described = await call(`GET ${path}`)
    await call(`GET ${path}`, { headers: { 'if-none-match': described.headers.get('etag') ?? '' } })
  }
  await call('POST /api/auth/dev-token', { body: { userId } })

  expect(faults).toEqual([])
})

it('refuses as described whoever may not, and what is not there', async () => {
  const expired = await signToken({ userId, expiresInSeconds: -60 })
  const nobodys = { jobId: randomUUID(), artifactId: randomUUID(), id: randomUUID(), question: 'colour' }
  for (const request of answers.requests(nobodys)) {
    await call(request)
    await call(request, { token: expired })
    await call(request, { userId, headers: { 'x-client-id': 'not right' } })
    await call(request, { userId })
    await call(`${request}?wrong=1`, { userId })
  }
  for (const request of answers.requests({ jobId: '%zz', artifactId: '%zz', id: '%zz', question: '%zz' })) {
    if (request.includes('%zz')) await call(request, { userId })
  }
  expect(faults).toEqual([])
})

it('refuses as described a body that will not do', async () => {
  const { job } = await askingJob()
  for (const [request, maxBytes] of [
    ['POST /api/jobs', BODY_MAX_BYTES],
    [`PATCH ${job}/cancel`, BODY_MAX_BYTES],
    [`POST ${job}/answers/colour`, BODY_MAX_BYTES],
    ['POST /api/auth/dev-token', BODY_MAX_BYTES],
    ['POST /api/pending-orders', BATCH_MAX_BYTES],
    ['POST /api/uploads?name=a', UPLOADS.maxBytes],
  ] as const) {
    const json = { 'content-type': 'application/json' }
    const each = uniqueUserId()
    await call(request, { userId, body: { wrong: true, value: 7 } })
    await call(request, { userId: each, headers: json, body: ' '.repeat(maxBytes + 1) })
    await call(request, { userId: each, headers: { ...json, 'content-encoding': 'gzip' }, body: '{}' })
  }

  await call('POST /api/jobs', { userId, body: { type: 'unheard-of' } })
  expect(faults).toEqual([])
})

it('refuses as described what the state does not allow', async () => {
  const { job, artifact } = await askingJob()
  for (const numbers of [[1], [2]]) {
    const headers = { 'idempotency-key': 'the-same' }
    await call('POST /api/jobs', { userId, headers, body: { type: 'sum', numbers } })
  }
  for (const path of [`${job}/text`, artifact]) {
    await call(`GET ${path}`, { userId, headers: { range: 'bytes=999-' } })
  }
  await call(`POST ${job}/resume`, { userId })
  const forgotten = await http.engine.jobs.create({ userId, operationType: 'unheard-of', input: {} })
  if (forgotten.outcome !== 'created') throw new Error(`Not created: ${forgotten.outcome}`)
  const { jobId } = forgotten.response
  await call(`PATCH /api/jobs/${jobId}/cancel`, { userId })
  await call(`POST /api/jobs/${jobId}/resume`, { userId })
  await call(`POST /api/jobs/${randomUUID()}/answers/colour`, { userId, body: { value: 'red' } })
  await call(`POST ${job}/answers/another`, { userId, body: { value: 'red' } })
  await call(`PATCH ${(await endedJob()).job}/cancel`, { userId })

  const order = newOrder()
  await call('POST /api/pending-orders', { userId, body: { orders: [order] } })
  await call('POST /api/pending-orders', { userId, body: { orders: [order] } })
  const submission = { userId, orderId: order.id, jobId: randomUUID() }
  await http.engine.db.transaction().execute((trx) => takeOrder(trx, submission))
  await call(`DELETE /api/pending-orders/${order.id}`, { userId })

  expect(faults).toEqual([])
})

it('refuses as described what is too much', async () => {
  const uploader = uniqueUserId()
  for (let n = 0; n <= UPLOADS.perMinute; n += 1) {
    await call('POST /api/uploads?name=a', {
      userId: uploader,
      body: 'a',
      headers: { 'content-type': 'text/csv' },
    })
  }
  const strict = await strictServer({
    jobLimits: { jobsPerMinute: 2, maxUnfinishedJobs: 1 },
    isDraining: () => true,
    sockets: { connectionLimits: { maxConnectionsPerUser: 0, maxHandshakesPerMinute: 1 } },
  })
  await strict('GET /ready')
  const busy = uniqueUserId()
  for (let n = 0; n < 3; n += 1) {
    await strict('POST /api/jobs', { userId: busy, body: { type: 'sum', numbers: [] } })
  }
  const { json } = await strict('GET /api/jobs', { userId: busy })
  for (let n = 0; n < 2; n += 1) {
    await strict(`GET /api/jobs/${json.jobs[0].jobId}/events`, { userId: busy })
  }
  expect(faults).toEqual([])
})

it('has given every answer that is described', () => {
  // Those need an outage, a page of another name, or thousands of orders. need an outage, a page of another name, or thousands of orders.
  const left = answers.described.filter((answer) => !/ (?:internal|unavailable)$/.test(answer))
  expect(left.filter((answer) => !answers.seen.has(answer)).toSorted()).toEqual([
    'createDevToken 403 forbidden',
    'deleteOrder 429 rate_limited',
    'saveOrders 429 limit_exceeded',
    'saveOrders 429 rate_limited',
  ])
})
