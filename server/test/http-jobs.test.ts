import { randomUUID } from 'node:crypto'
import { jobChannel, userChannel } from '@headway/events'
import { uniqueUserId, waitFor } from '@headway/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHttp, SUM, type Answer, type HttpFixture } from './http-fixture.ts'
import { problemOf } from './problem-of.ts'

let http: HttpFixture
beforeAll(async () => {
  http = await startHttp()
})
afterAll(() => http.close())

function newJob(numbers: number[] = [1]): object {
  return { type: 'sum', numbers }
}

describe('POST /api/jobs', () => {
  it('answers with the created job, its defaults filled in, and publishes it', async () => {
    const userId = uniqueUserId()
    const answer = await http.call('POST /api/jobs', { userId, body: newJob([1, 2]) })
    expect(answer.status).toBe(201)
    expect(answer.json).toMatchObject({
      jobId: expect.any(String),
      state: 'created',
      job: { operationType: 'sum', state: 'created', version: 1, input: { numbers: [1, 2], label: 'sum' } },
    })
    const { jobId } = answer.json
    expect(answer.headers.get('location')).toBe(`/api/jobs/${jobId}`)
    const messages = await waitFor(async () => {
      const rows = await http.engine.db
        .selectFrom('outbox')
        .where('channel', 'in', [userChannel(userId), jobChannel(jobId)])
        .where('kind', '=', 'message')
        .selectAll()
        .execute()
      return rows.length > 0 && rows.every((row) => row.published_at !== null) ? rows : undefined
    })
    expect(messages).toHaveLength(4)
    expect((await http.call(`GET /api/jobs/${jobId}`, { userId })).json.state).toBe('queued')
  })

  it('says every mistake in the input and where it is', async () => {
    const answer = await http.call('POST /api/jobs', {
      userId: uniqueUserId(),
      body: { type: 'sum', numbers: [1, 'x'], label: 'l'.repeat(200), other: 1 },
    })
    expect(problemOf(answer)).toBe('400 bad_request')
    // Clients hand on the message alone.
    expect(answer.json.detail).toMatch(
      /^The input does not fit the operation .*: .*#\/numbers\/1 must be integer/,
    )
    expect(answer.json.errors).toEqual(
      expect.arrayContaining([
        { pointer: '#/numbers/1', detail: 'must be integer' },
        { pointer: '#/label', detail: 'must NOT have more than 100 characters' },
        { pointer: '#/other', detail: 'is not known' },
      ]),
    )
  })

  it.each([undefined, {}, { type: '' }, { type: 7 }, [], null, 'null', '7'])(
    'refuses the body %j',
    async (body) => {
      const answer = await http.call('POST /api/jobs', {
        userId: uniqueUserId(),
        body: typeof body === 'string' ? body : JSON.stringify(body),
      })
      expect(problemOf(answer)).toBe('400 bad_request')
    },
  )

  it('names the operations that there are for one that there is not', async () => {
    const answer = await http.call('POST /api/jobs', { userId: uniqueUserId(), body: { type: 'fly' } })
    expect(problemOf(answer)).toBe('400 unsupported_operation')
    expect(answer.json.detail).toMatch(/it runs .*\bsum\b/)
    expect(answer.text).not.toMatch(/fly/)
  })

  it('says why an operation is not available', async () => {
    await http.engine.operations.register([
      { ...SUM, type: 'draw', unavailableReason: 'No browser was found.' },
    ])
    const answer = await http.call('POST /api/jobs', {
      userId: uniqueUserId(),
      body: { type: 'draw', numbers: [] },
    })
    expect(problemOf(answer)).toBe('503 unavailable')
    expect(answer.json.detail).toMatch(/No browser was found/)
    expect(answer.headers.get('retry-after')).toBe('30')
  })

  it('refuses a body of another type, compressed, or too large', async () => {
    const userId = uniqueUserId()
    const send = (body: unknown, headers: Record<string, string> = {}) =>
      http.call('POST /api/jobs', { userId, body, headers })
    expect(problemOf(await send('type=sum', { 'content-type': 'application/x-www-form-urlencoded' }))).toBe(
      '415 bad_request',
    )
    expect(problemOf(await send('{}', { 'content-type': 'text/plain' }))).toBe('415 bad_request')
    expect(problemOf(await send('{}', { 'content-type': 'application/json; charset=latin1' }))).toBe(
      '415 bad_request',
    )
    expect(problemOf(await send('{}', { 'content-encoding': 'gzip' }))).toBe('415 bad_request')
    expect(problemOf(await send({ type: 'sum', label: 'x'.repeat(300_000) }))).toBe('413 payload_too_large')
    expect(problemOf(await send('{"type":'))).toBe('400 bad_request')
    expect(problemOf(await send(Buffer.from([0x22, 0xff, 0x22])))).toBe('400 bad_request')
  })
})

function send(userId: string, key: string, body: unknown = newJob()): Promise<Answer> {
  return http.call('POST /api/jobs', { userId, body, headers: { 'idempotency-key': key } })
}

describe('Idempotency-Key', () => {
  it('gives the first answer again, also for the same body in another order', async () => {
    const userId = uniqueUserId()
    const key = randomUUID()
    const first = await send(userId, key, { type: 'sum', numbers: [1], label: 'a' })
    const second = await send(userId, key, { label: 'a', numbers: [1], type: 'sum' })
    expect(first.status).toBe(201)
    expect(second.status).toBe(201)
    expect(second.json).toEqual(first.json)
    expect((await http.call('GET /api/jobs', { userId })).json.jobs).toHaveLength(1)
  })

  it('refuses another body', async () => {
    const userId = uniqueUserId()
    await send(userId, 'k1', newJob([1]))
    expect(problemOf(await send(userId, 'k1', newJob([2])))).toBe('422 idempotency_mismatch')
    expect(problemOf(await send(userId, 'k1', { type: 'no-such' }))).toBe('422 idempotency_mismatch')
  })

  it("is each user's own", async () => {
    const [one, other] = [await send(uniqueUserId(), 'same'), await send(uniqueUserId(), 'same')]
    expect(one.json.jobId).not.toBe(other.json.jobId)
  })

  it('makes one job of requests that arrive together', async () => {
    const userId = uniqueUserId()
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(userId, 'together')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ json }) => json.jobId)).size).toBe(1)
    expect((await http.call('GET /api/jobs', { userId })).json.jobs).toHaveLength(1)
  })

  it('still repeats the answer when the operation is gone', async () => {
    const userId = uniqueUserId()
    await http.engine.operations.register([{ ...SUM, type: 'brief' }])
    const first = await send(userId, 'k', { type: 'brief', numbers: [] })
    await http.engine.operations.register([{ ...SUM, type: 'brief', unavailableReason: 'gone' }])
    expect((await send(userId, 'k', { type: 'brief', numbers: [] })).json).toEqual(first.json)
    expect(problemOf(await send(userId, 'k2', { type: 'brief', numbers: [] }))).toBe('503 unavailable')
  })

  it.each(['', 'two words', 'x'.repeat(256), 'é'])('refuses the key "%s"', async (key) => {
    const answer = await send(uniqueUserId(), Buffer.from(key).toString('latin1'))
    expect(problemOf(answer)).toBe('400 bad_request')
  })
})

describe('GET /api/jobs', () => {
  it('pages through the jobs, newest first, each once', async () => {
    const userId = uniqueUserId()
    const created: string[] = []
    for (let n = 0; n < 5; n++) created.unshift((await http.createJob(userId)).jobId)
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page = await http.call(`GET /api/jobs?limit=2${cursor && `&cursor=${cursor}`}`, { userId })
      seen.push(...page.json.jobs.map((job: { jobId: string }) => job.jobId))
      cursor = page.json.nextCursor
      expect(seen.length).toBeLessThanOrEqual(5)
    }
    expect(seen).toEqual(created)
  })

  it('filters by state and type', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    const { jobId: cancelled } = await http.createJob(userId)
    await http.call(`PATCH /api/jobs/${cancelled}/cancel`, { userId })
    const ids = async (query: string) =>
      (await http.call(`GET /api/jobs?${query}`, { userId })).json.jobs.map(
        (job: { jobId: string }) => job.jobId,
      )
    expect(await ids('state=queued')).toEqual([jobId])
    expect(await ids('state=cancelled&type=sum')).toEqual([cancelled])
    expect(await ids('type=other')).toEqual([])
  })

  it.each([
    'limit=0',
    'limit=-1',
    'limit=1e9',
    'limit=101',
    'limit=',
    'limit[]=1',
    'limit=1&limit=2',
    'state=done',
    'state=queued%27%20OR%201=1',
    'type=%00',
    "type=a'b",
    'cursor=x',
    'cursor=%27--',
    `cursor=${Buffer.from('1.x').toString('base64url')}`,
    `cursor=${Buffer.from(`999999999999999.${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}`).toString('base64url')}`,
    'order=jobs;drop',
    '__proto__[x]=1',
  ])('refuses ?%s', async (query) => {
    const answer = await http.call(`GET /api/jobs?${query}`, { userId: uniqueUserId() })
    expect(problemOf(answer)).toBe('400 bad_request')
    expect(answer.text).not.toMatch(/OR 1=1|drop/)
  })

  it.each([
    ['limit=0', '"limit" must be a whole number from 1 to 100'],
    ['limit=abc', '"limit" must be a whole number from 1 to 100'],
    ['limit=1&limit=2', '"limit" must be given once'],
    ['cursor=%27', '"cursor" must be the nextCursor of an earlier page'],
    ['type=%27', '"type" must be the type of an operation'],
    ['state=done', '"state" must be one of "created", "queued"'],
  ])('says what ?%s should be', async (query, words) => {
    const { json } = await http.call(`GET /api/jobs?${query}`, { userId: uniqueUserId() })
    expect(json.detail).toContain(`The query is not right: ${words}`)
  })
})

/** The body of an error without what names the request. */
function anonymous({ json }: Answer): object {
  return { ...json, requestId: '', instance: '' }
}

describe('a job of another user', () => {
  it.each([
    'GET /api/jobs/:id',
    'PATCH /api/jobs/:id/cancel',
    'POST /api/jobs/:id/resume',
    'GET /api/jobs/:id/text',
    `GET /api/jobs/:id/artifacts/${randomUUID()}`,
  ])('%s answers like a missing one', async (request) => {
    const { jobId } = await http.createJob(uniqueUserId())
    const stranger = uniqueUserId()
    const foreign = await http.call(request.replace(':id', jobId), { userId: stranger })
    const missing = await http.call(request.replace(':id', randomUUID()), { userId: stranger })
    const malformed = await http.call(request.replace(':id', 'x'), { userId: stranger })
    expect(problemOf(foreign)).toBe('404 not_found')
    expect(anonymous(missing)).toEqual(anonymous(foreign))
    expect(anonymous(malformed)).toEqual(anonymous(foreign))
  })
})

it('lists the operations with their schemas', async () => {
  const { json, status } = await http.call('GET /api/operations', { userId: uniqueUserId() })
  expect(status).toBe(200)
  expect(json.operations).toContainEqual({
    type: 'sum',
    description: 'Adds numbers',
    inputSchema: SUM.inputSchema,
    available: true,
  })
})

it.each([
  ['PUT /api/jobs', 'GET, POST'],
  ['DELETE /api/jobs/x', 'GET'],
  ['POST /api/jobs/x/cancel', 'PATCH'],
  ['GET /api/jobs/x/resume', 'POST'],
  ['POST /api/operations', 'GET'],
  ['POST /health', 'GET'],
])('%s is told which methods there are', async (request, allowed) => {
  const answer = await http.call(request, { userId: uniqueUserId() })
  expect(problemOf(answer)).toBe('405 bad_request')
  expect(answer.headers.get('allow')).toBe(allowed)
})

it.each(['GET /api', 'GET /api/nothing', 'GET /nothing', 'POST /', 'GET /api/jobs/x/y/z'])(
  '%s is a 404 in the form of every error',
  async (request) =>
    expect(problemOf(await http.call(request, { userId: uniqueUserId() }))).toBe('404 not_found'),
)
