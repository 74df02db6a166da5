import { setTimeout as delay } from 'node:timers/promises'
import { connectRedis } from '@headway/event-log'
import { waitFor } from '@headway/test-kit'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { defineOperation, type OperationDefinition } from '../src/define-operation.ts'
import { loadOperations } from '../src/load-operations.ts'
import type { OperationContext } from '../src/operation-context.ts'
import { Deployment } from './support/deployment.ts'
import { testLogger } from './support/test-logger.ts'

let deployment: Deployment
afterEach(() => deployment.close())

const none = z.object({})
const colour = z.object({ colour: z.enum(['red', 'blue']) })

/** An operation of which only what it does matters. */
function operation(
  run: (ctx: OperationContext<object>) => Promise<unknown>,
  more: Partial<OperationDefinition<typeof none>> = {},
) {
  return defineOperation({
    type: 'asker',
    description: 'Asks.',
    input: none,
    timeoutMs: 60_000,
    run,
    ...more,
  })
}

async function startJob(...definition: Parameters<typeof operation>): Promise<string> {
  deployment = await Deployment.open()
  await deployment.startWorker({ operations: [operation(...definition)] })
  return deployment.createJob('asker', {})
}

describe('an operation that asks', () => {
  it('goes on after the answer, and runs no completed step again (J32, J33, J34)', async () => {
    deployment = await Deployment.open()
    const { tap, userId } = deployment
    await deployment.startWorker()
    const jobId = await deployment.createJob('rehearse', { steps: 3, stepMs: 1, chunkBytes: 100, ask: 3 })
    const waiting = await deployment.reaches(jobId, 'waiting')
    expect(waiting).toMatchObject({ attempt: 1, textEnd: 200, question: { name: 'go-on' } })
    expect(waiting.question?.schema).toMatchObject({ properties: { pace: { enum: ['careful', 'quick'] } } })
    const [asked] = await tap.sees(jobId, 'JOB_QUESTION')
    expect(asked?.payload).toMatchObject({ version: waiting.version, question: 'go-on' })
    await expect
      .poll(() => tap.ofUser(userId).at(-1))
      .toMatchObject({ type: 'JOB_QUESTION', payload: asked?.payload })

    expect(await deployment.answer(jobId, 'go-on', { pace: 'quick', note: 'thanks' })).toBe(true)
    const done = await deployment.reaches(jobId, 'completed')
    expect(done).toMatchObject({
      attempt: 2,
      question: null,
      result: { steps: 3, artifacts: 0, answer: { pace: 'quick', note: 'thanks' } },
    })
    await tap.sees(jobId, 'JOB_COMPLETED')
    const begun = tap.ofJob(jobId, 'JOB_STEP').filter(({ payload }) => payload.status === 'started')
    expect(begun.map(({ payload }) => payload.step)).toEqual(['step-1', 'step-2', 'step-3'])
    expect((await deployment.text(jobId)).match(/\[\d]/g)).toEqual(['[1]', '[2]', '[3]'])
    const told = tap.ofJob(jobId).map(({ type }) => type)
    expect(told.filter((type) => type === 'JOB_COMPLETED' || type === 'JOB_FAILED')).toHaveLength(1)
    expect(told.indexOf('JOB_ANSWERED')).toBe(told.lastIndexOf('JOB_QUEUED') - 1)
  })

  it('holds neither a worker nor the time of its operation (J32)', async () => {
    deployment = await Deployment.open()
    const patient = operation((ctx) => ctx.ask('colour', colour, 'Which?'), { timeoutMs: 600 })
    await deployment.startWorker({ operations: [patient, ...(await loadOperations())], concurrency: 1 })
    const jobId = await deployment.createJob('asker', {})
    await deployment.reaches(jobId, 'waiting')
    const other = await deployment.createJob('rehearse', { steps: 1, stepMs: 700 })
    await deployment.reaches(other, 'completed')
    expect(await deployment.view(jobId)).toMatchObject({ state: 'waiting' })
    await deployment.answer(jobId, 'colour', { colour: 'red' })
    expect(await deployment.reaches(jobId, 'completed')).toMatchObject({ result: { colour: 'red' } })
  })

  it('ends what it does beside the question (J32)', async () => {
    const reasons: unknown[] = []
    const jobId = await startJob(async (ctx) => {
      const beside = async () => {
        await delay(60_000, undefined, { signal: ctx.signal }).catch(() => reasons.push(ctx.signal.reason))
        await ctx.step('late', () => 1).catch((error: unknown) => reasons.push(error))
        await ctx.artifact('late.txt', 'late', 'text/plain').catch((error: unknown) => reasons.push(error))
        return 'beside'
      }
      const first = ctx.attempt === 1
      return Promise.race([ctx.ask('colour', colour, 'Which?'), ...(first ? [beside()] : [])])
    })
    await deployment.reaches(jobId, 'waiting')
    await waitFor(() => reasons.length === 3)
    expect(reasons.map((reason) => (reason as { kind?: string }).kind)).toEqual(['asked', 'asked', 'asked'])
    expect(await deployment.view(jobId)).toMatchObject({ state: 'waiting', steps: [], artifacts: [] })
    await deployment.answer(jobId, 'colour', { colour: 'blue' })
    expect(await deployment.reaches(jobId, 'completed')).toMatchObject({ result: { colour: 'blue' } })
  })

  it('asks several questions one after the other, and each of them once (J34)', async () => {
    const jobId = await startJob(async (ctx) => {
      const [a, b] = await Promise.all([ctx.ask('a', z.int(), 'A?'), ctx.ask('b', z.string(), 'B?')])
      return { a, b, again: await ctx.ask('a', z.int(), 'A again?') }
    })
    await deployment.reaches(jobId, 'waiting')
    expect(await deployment.answer(jobId, 'b', 'too early')).toBe(false)
    expect(await deployment.answer(jobId, 'a', 1)).toBe(true)
    await waitFor(async () => (await deployment.view(jobId)).question?.name === 'b')
    expect(await deployment.answer(jobId, 'b', 'two')).toBe(true)
    expect(await deployment.reaches(jobId, 'completed')).toMatchObject({
      attempt: 3,
      result: { a: 1, b: 'two', again: 1 },
    })
    expect(deployment.tap.ofJob(jobId, 'JOB_QUESTION')).toHaveLength(2)
  })

  it('gets the answer as its schema makes it, and asks again for one that its schema refuses (J34)', async () => {
    const even = z.object({
      number: z.int().refine((number) => number % 2 === 0, 'must be even'),
      note: z.string().default('none'),
    })
    const jobId = await startJob((ctx) => ctx.ask('even', even, 'An even number?'))
    await deployment.reaches(jobId, 'waiting')
    await deployment.answer(jobId, 'even', { number: 3 })
    await deployment.tap.sees(jobId, 'JOB_QUESTION', 2)
    const again = await deployment.reaches(jobId, 'waiting')
    expect(again.question?.prompt).toMatch(/^An even number\?\n\nThe last answer did not fit: .*must be even/)
    await deployment.answer(jobId, 'even', { number: 4 })
    expect(await deployment.reaches(jobId, 'completed')).toMatchObject({
      result: { number: 4, note: 'none' },
    })
  })

  it.each<[string, RegExp, (ctx: OperationContext<object>) => Promise<unknown>]>([
    [
      'inside a step',
      /question colour.*step outer/,
      (ctx) => ctx.step('outer', () => ctx.ask('colour', colour, 'Which?')),
    ],
    [
      'inside a transaction',
      /question colour.*transaction/,
      (ctx) => ctx.transact(() => ctx.ask('colour', colour, 'Which?')),
    ],
    [
      'two things by one name',
      /another schema/,
      (ctx) => Promise.all([ctx.ask('colour', colour, 'Which?'), ctx.ask('colour', z.int(), 'How many?')]),
    ],
    [
      'more than a message holds',
      /has \d+ bytes/,
      (ctx) => ctx.ask('colour', colour, 'long '.repeat(20_000)),
    ],
    ['for what is no JSON', /can't be shown/, (ctx) => ctx.ask('when', z.date(), 'When?')],
  ])('fails for good when it asks %s', async (_what, message, run) => {
    const jobId = await startJob(run)
    const [failed] = await deployment.tap.sees(jobId, 'JOB_FAILED')
    expect(failed?.payload).toMatchObject({
      attempt: 1,
      retryable: false,
      error: expect.stringMatching(message),
    })
    expect(deployment.tap.ofJob(jobId, 'JOB_QUESTION')).toEqual([])
  })
})

describe('a job that waits', () => {
  it('fails when nobody answers in time, and asks again after a resume (J35)', async () => {
    const jobId = await startJob((ctx) => ctx.ask('colour', colour, 'Which?', { expiresInMs: 300 }))
    const [failed] = await deployment.tap.sees(jobId, 'JOB_FAILED')
    expect(failed?.payload).toMatchObject({ code: 'question_expired', retryable: true, attempt: 1 })
    await deployment.resume(jobId)
    await deployment.tap.sees(jobId, 'JOB_QUESTION', 2)
    expect(await deployment.answer(jobId, 'colour', { colour: 'red' })).toBe(true)
    expect(await deployment.reaches(jobId, 'completed')).toMatchObject({ result: { colour: 'red' } })
  })

  it('is cancelled at once (J35)', async () => {
    const jobId = await startJob((ctx) => ctx.ask('colour', colour, 'Which?'))
    await deployment.reaches(jobId, 'waiting')
    await deployment.cancel(jobId)
    expect(await deployment.view(jobId)).toMatchObject({ state: 'cancelled', question: null })
    await deployment.resume(jobId)
    await deployment.reaches(jobId, 'waiting')
  })

  it('survives the stop of its worker, and a Redis that forgets everything (J36)', async () => {
    deployment = await Deployment.open({ ownRedis: true })
    const first = await deployment.startWorker()
    const jobId = await deployment.createJob('rehearse', { steps: 2, stepMs: 1, chunkBytes: 100, ask: 2 })
    await deployment.reaches(jobId, 'waiting')
    await first.close()
    await flushRedis(deployment.redisUrl)
    await deployment.startWorker()
    expect(await deployment.answer(jobId, 'go-on', { pace: 'careful' })).toBe(true)
    await deployment.reaches(jobId, 'completed')
    expect((await deployment.text(jobId)).match(/\[\d]/g)).toEqual(['[1]', '[2]'])
  })
})

/** Less than the reconciler's interval: it brings back a turn that was lost, and nothing of it would show. */
const HANGING_MS = 20_000

describe('an answer that comes at once', () => {
  it.each([1, 5])(
    'hangs none of 50 jobs, with %d at a time (J33)',
    async (concurrency) => {
      deployment = await Deployment.open()
      await deployment.startWorker({ concurrency })
      const answerAtOnce = async () => {
        const jobId = await deployment.createJob('rehearse', { steps: 2, stepMs: 0, ask: 2 })
        // Taken as soon as the question is committed: its attempt is still returning, and BullMQ still knows its turn.
        await waitFor(() => deployment.answer(jobId, 'go-on', { pace: 'quick' }), {
          intervalMs: 5,
          timeoutMs: HANGING_MS,
        })
        return jobId
      }
      const jobIds = await Promise.all(Array.from({ length: 50 }, answerAtOnce))
      for (const jobId of jobIds) {
        expect(await deployment.reaches(jobId, 'completed', HANGING_MS)).toMatchObject({ attempt: 2 })
        expect(await deployment.tap.sees(jobId, 'JOB_CHECKPOINT', 2)).toHaveLength(2)
      }
    },
    120_000,
  )
})

async function flushRedis(url: string): Promise<void> {
  const redis = connectRedis(url, 'queue', { logger: testLogger })
  await redis.flushall()
  redis.disconnect()
}
