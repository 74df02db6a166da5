import { uniqueUserId } from '@headway/test-kit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHttp, SUM, type HttpFixture } from './http-fixture.ts'
import { problemOf } from './problem-of.ts'

let http: HttpFixture
beforeAll(async () => {
  http = await startHttp()
})
afterAll(() => http.close())

describe('cancel', () => {
  it('ends a queued job at once, and again is the same answer', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    for (let n = 0; n < 2; n++) {
      const answer = await http.call(`PATCH /api/jobs/${jobId}/cancel`, {
        userId,
        body: { reason: 'enough' },
      })
      expect(answer.status).toBe(202)
      expect(answer.json).toMatchObject({ jobId, state: 'cancelled' })
    }
  })

  it('asks the worker of a running job', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    await (await http.claim(jobId)).running()
    const answer = await http.call(`PATCH /api/jobs/${jobId}/cancel`, { userId })
    expect(answer.status).toBe(202)
    expect(answer.json).toMatchObject({ state: 'running', cancelRequested: true })
  })

  it('refuses a finished job and names both states', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    const attempt = await http.claim(jobId)
    await attempt.running()
    await attempt.complete({ sum: 3 })
    const answer = await http.call(`PATCH /api/jobs/${jobId}/cancel`, { userId })
    expect(problemOf(answer)).toBe('409 conflict')
    expect(answer.json.detail).toBe("The job is completed and can't become cancelled.")
  })

  it.each(['[]', '{"reason":7}', '{"other":1}', `{"reason":"${'x'.repeat(501)}"}`])(
    'refuses the body %s',
    async (body) => {
      const userId = uniqueUserId()
      const { jobId } = await http.createJob(userId)
      expect(problemOf(await http.call(`PATCH /api/jobs/${jobId}/cancel`, { userId, body }))).toBe(
        '400 bad_request',
      )
    },
  )
})

describe('resume', () => {
  it('queues a failed job again', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    const attempt = await http.claim(jobId)
    await attempt.running()
    await attempt.fail({ error: 'no luck', code: 'internal', retryable: true })
    const answer = await http.call(`POST /api/jobs/${jobId}/resume`, { userId })
    expect(answer.status).toBe(202)
    expect(answer.json).toMatchObject({ jobId, state: 'queued', error: null })
  })

  it('refuses an active and a completed job', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    expect(problemOf(await http.call(`POST /api/jobs/${jobId}/resume`, { userId }))).toBe('409 conflict')
    const attempt = await http.claim(jobId)
    await attempt.running()
    await attempt.complete(null)
    const answer = await http.call(`POST /api/jobs/${jobId}/resume`, { userId })
    expect(problemOf(answer)).toBe('409 conflict')
    expect(answer.json.detail).toBe("The job is completed and can't become queued.")
  })

  it('says of a job that waits for an answer that it does, and what to do', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    const attempt = await http.claim(jobId)
    await attempt.running()
    await attempt.park({ name: 'go-on', prompt: 'Go on?', schema: { type: 'boolean' }, expiresInMs: 60_000 })
    const answer = await http.call(`POST /api/jobs/${jobId}/resume`, { userId })
    expect(problemOf(answer)).toBe('409 conflict')
    expect(answer.json.detail).toMatch(/^The job is waiting and can't become queued by a resume.*"go-on"/)
  })

  it('refuses a job whose operation nobody runs, as its creation would be', async () => {
    const userId = uniqueUserId()
    const dance = { ...SUM, type: 'dance' }
    await http.engine.operations.register([dance])
    const body = { type: 'dance', numbers: [1] }
    const created = await http.call('POST /api/jobs', { userId, body })
    const path = `/api/jobs/${created.json.jobId}`
    const resume = () => http.call(`POST ${path}/resume`, { userId })
    await http.call(`PATCH ${path}/cancel`, { userId })
    await http.engine.operations.register([{ ...dance, unavailableReason: 'The floor is wet.' }])
    const unavailable = await resume()
    expect(problemOf(unavailable)).toBe('503 unavailable')
    expect(unavailable.json.detail).toBe('The operation dance is not available: The floor is wet.')
    expect(unavailable.headers.get('retry-after')).toBe('30')

    await http.engine.db.deleteFrom('operations').where('type', '=', 'dance').execute()
    const [unsupported, another] = [await resume(), await http.call('POST /api/jobs', { userId, body })]
    expect([unsupported, another].map(problemOf)).toEqual(Array(2).fill('400 unsupported_operation'))
    expect(unsupported.json.detail).toBe(another.json.detail)
    expect((await http.call(`GET ${path}`, { userId })).json.state).toBe('cancelled')
    await http.engine.operations.register([dance])
    expect((await resume()).status).toBe(202)
    // What is in the queue already is not asked about.
    await http.engine.db.deleteFrom('operations').where('type', '=', 'dance').execute()
    expect(problemOf(await resume())).toBe('409 conflict')
  })
})
