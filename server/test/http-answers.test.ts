import { uniqueUserId, waitFor } from '@headway/test-kit'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startHttp, type Answer, type HttpFixture } from './http-fixture.ts'
import { problemOf } from './problem-of.ts'

const QUESTION = {
  name: 'Go on?',
  prompt: 'Which colour?',
  schema: {
    type: 'object',
    properties: { colour: { enum: ['red', 'blue'] }, note: { type: 'string', default: 'none' } },
    required: ['colour'],
    additionalProperties: false,
  },
  expiresInMs: 60_000,
}

let http: HttpFixture
beforeAll(async () => {
  http = await startHttp()
})
afterAll(() => http.close())

/** A job that waits for the answer to a question. */
async function askingJob(): Promise<{ userId: string; jobId: string }> {
  const userId = uniqueUserId()
  const { jobId } = await http.createJob(userId)
  const attempt = await http.claim(jobId)
  await attempt.running()
  await attempt.park(QUESTION)
  return { userId, jobId }
}

function send(userId: string, jobId: string, body: unknown, question = QUESTION.name): Promise<Answer> {
  return http.call(`POST /api/jobs/${jobId}/answers/${encodeURIComponent(question)}`, { userId, body })
}

it('shows the open question of a job, and takes its answer', async () => {
  const { userId, jobId } = await askingJob()
  const { name, prompt, schema } = QUESTION
  const waiting = await http.call(`GET /api/jobs/${jobId}`, { userId })
  expect(waiting.json).toMatchObject({ state: 'waiting', question: { name, prompt, schema } })
  expect((await http.call('GET /api/jobs?state=waiting', { userId })).json.jobs).toHaveLength(1)

  const answered = await send(userId, jobId, { value: { colour: 'red' } })
  expect([answered.status, answered.json]).toEqual([200, { ok: true }])
  const queued = await http.call(`GET /api/jobs/${jobId}`, { userId })
  expect(queued.json).toMatchObject({ state: 'queued', question: null, version: 7 })
  // The new turn is handed over without anything else that moves.
  await waitFor(() => http.engine.queue.has({ jobId, dispatch: 2 }))
  const attempt = await http.claim(jobId, 2)
  expect(await attempt.answer(name)).toEqual({ value: { colour: 'red', note: 'none' } })
})

it('says every mistake of an answer and where it is in the body, without its values', async () => {
  const { userId, jobId } = await askingJob()
  const answer = await send(userId, jobId, { value: { colour: 'canary', note: 7, more: 1 } })
  expect(problemOf(answer)).toBe('400 bad_request')
  expect(answer.json.errors).toEqual(
    expect.arrayContaining([
      { pointer: '#/value/colour', detail: 'must be one of ["red","blue"]' },
      { pointer: '#/value/note', detail: 'must be string' },
      { pointer: '#/value/more', detail: 'is not known' },
    ]),
  )
  expect(answer.text).not.toContain('canary')
  expect((await http.call(`GET /api/jobs/${jobId}`, { userId })).json.state).toBe('waiting')
})

it.each([undefined, {}, null, [], 'null', { value: 1, more: 2 }, { colour: 'red' }])(
  'refuses the body %j',
  async (body) => {
    const { userId, jobId } = await askingJob()
    expect(problemOf(await send(userId, jobId, body))).toBe('400 bad_request')
  },
)

it('takes one answer, and tells the others how the job stands', async () => {
  const { userId, jobId } = await askingJob()
  const other = await send(userId, jobId, { value: { colour: 'red' } }, 'another')
  expect(problemOf(other)).toBe('409 conflict')
  expect(other.json.detail).toBe('The job is waiting for the answer to another question: "Go on?".')

  const answers = await Promise.all(
    Array.from({ length: 5 }, () => send(userId, jobId, { value: { colour: 'red' } })),
  )
  const refused = answers.filter(({ status }) => status !== 200)
  expect(refused.map(problemOf)).toEqual(Array.from({ length: 4 }, () => '409 conflict'))
  expect(refused[0]?.json.detail).toBe('The job is queued and has no open question.')
})

it('knows no job of anybody else, and no other method', async () => {
  const { userId, jobId } = await askingJob()
  const value = { value: { colour: 'red' } }
  expect(problemOf(await send(uniqueUserId(), jobId, value))).toBe('404 not_found')
  expect(problemOf(await send(userId, 'no-id', value))).toBe('404 not_found')
  const path = `/api/jobs/${jobId}/answers/colour`
  expect(problemOf(await http.call(`POST ${path}`, { body: value }))).toBe('401 unauthorized')
  expect(problemOf(await http.call(`GET ${path}`, { userId }))).toBe('405 bad_request')
})

it('cancels a job that waits, and its question is gone', async () => {
  const { userId, jobId } = await askingJob()
  const cancelled = await http.call(`PATCH /api/jobs/${jobId}/cancel`, { userId })
  expect(cancelled.status).toBe(202)
  expect(cancelled.json).toMatchObject({ state: 'cancelled', question: null, cancelRequested: false })
  expect(problemOf(await send(userId, jobId, { value: { colour: 'red' } }))).toBe('409 conflict')
})
