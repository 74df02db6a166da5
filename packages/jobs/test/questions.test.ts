import type { MessageOf } from '@headway/events'
import { startTestRedis, waitFor } from '@headway/test-kit'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import { FencedError, type Attempt, type JobEngine, type Question } from '../src/index.ts'
import { createTestJob, openTestEngine, typesOf, type TestJob } from './support/test-engine.ts'

const COLOUR: Question = {
  name: 'colour',
  prompt: 'Which colour?',
  schema: { type: 'object', properties: { z: {}, a: { enum: ['red', 'blue'] } }, required: ['a'] },
  expiresInMs: 60_000,
}
const SIZE: Question = { ...COLOUR, name: 'size', prompt: 'Which size?', schema: { type: 'integer' } }

async function claim(engine: JobEngine, { jobId }: TestJob, dispatch = 1): Promise<Attempt> {
  const attempt = await engine.attempts.claim({ jobId, dispatch, workerId: 'w1', leaseMs: 15_000 })
  if (!attempt) throw new Error(`Job ${jobId} was not claimed.`)
  await attempt.running()
  return attempt
}

/** A job that has written text in a completed step, some more after it, and waits for an answer. */
async function park(engine: JobEngine, question = COLOUR): Promise<{ job: TestJob; attempt: Attempt }> {
  const job = await createTestJob(engine)
  const attempt = await claim(engine, job)
  await attempt.beginStep('a')
  await attempt.chunk('text of a. ')
  await attempt.completeStep('a', { found: 3 }, 5)
  await attempt.chunk('and more')
  await attempt.progress(40, 'nearly half')
  expect(await attempt.park(question)).toBe(true)
  return { job, attempt }
}

function answer(
  engine: JobEngine,
  { userId, jobId }: TestJob,
  value: unknown,
  question = COLOUR.name,
  problem?: string,
) {
  return engine.jobs.answer({ userId, jobId, question, value, check: () => problem })
}

async function expire(engine: JobEngine, { jobId }: TestJob): Promise<void> {
  await engine.db
    .updateTable('jobs')
    .set({ question_until: sql<Date>`now() - interval '1 second'` })
    .where('job_id', '=', jobId)
    .execute()
}

/** Whether somebody in this database waits for a row. */
async function isWaitedFor({ db }: JobEngine): Promise<boolean> {
  const { rows } = await sql`select from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`.execute(db)
  return rows.length > 0
}

describe('a question', () => {
  it('leaves its job waiting without a worker, and tells both channels (J32)', async () => {
    const { engine, messages } = await openTestEngine()
    const { job } = await park(engine)
    for (const channel of job.channels) {
      const asked = (await messages(channel)).at(-1) as MessageOf<'JOB_QUESTION'>
      expect(asked).toMatchObject({ type: 'JOB_QUESTION', payload: { version: 5, question: 'colour' } })
      expect(asked.payload).toMatchObject({ prompt: COLOUR.prompt, schema: COLOUR.schema })
    }
    const view = await engine.jobs.view(job.userId, job.jobId)
    expect(view).toMatchObject({
      state: 'waiting',
      version: 5,
      attempt: 1,
      progress: 40,
      label: 'nearly half',
      textEnd: 19,
      question: { name: 'colour', prompt: COLOUR.prompt, schema: COLOUR.schema },
    })
    // A form shows its fields in the order in which they were written.
    expect(Object.keys(view!.question!.schema['properties'] as object)).toEqual(['z', 'a'])
    const row = await engine.db.selectFrom('jobs').selectAll().executeTakeFirstOrThrow()
    expect(row).toMatchObject({ worker_id: null, lease_until: null, dispatch: 1 })
  })

  it('ends its attempt, which writes nothing more and asks nothing again (J32)', async () => {
    const { engine, messages } = await openTestEngine()
    const { job, attempt } = await park(engine)
    const before = await messages(job.channels[1]!)
    await expect(attempt.park(SIZE)).rejects.toBeInstanceOf(FencedError)
    await expect(attempt.beginStep('b')).rejects.toBeInstanceOf(FencedError)
    await expect(attempt.complete('late')).rejects.toBeInstanceOf(FencedError)
    await attempt.chunk('late')
    await attempt.progress(90, 'late')
    await attempt.flush()
    expect(await messages(job.channels[1]!)).toEqual(before)
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({
      state: 'waiting',
      progress: 40,
      textEnd: 19,
      question: { name: 'colour' },
    })
  })

  it('of an attempt that has lost its job is not asked (J32)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    const zombie = await claim(engine, job)
    await engine.db
      .updateTable('jobs')
      .set({ lease_until: new Date(0) })
      .execute()
    await engine.reconciler.run()
    const owner = await claim(engine, job, 2)
    await expect(zombie.park(COLOUR)).rejects.toBeInstanceOf(FencedError)
    expect(await owner.park(SIZE)).toBe(true)
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({
      state: 'waiting',
      attempt: 2,
      question: { name: 'size' },
    })
  })

  it('is not asked by a job that was to be cancelled (J35)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    await engine.jobs.cancel({ ...job, by: 'user' })
    expect(await attempt.park(COLOUR)).toBe(false)
    await attempt.cancelled()
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({
      state: 'cancelled',
      question: null,
    })
  })

  it('is gone when its job is cancelled, at once and with its text (J35)', async () => {
    const { engine, messages } = await openTestEngine()
    const { job } = await park(engine)
    const cancelled = await engine.jobs.cancel({ ...job, by: 'user' })
    expect(cancelled).toMatchObject({ outcome: 'cancelled', job: { state: 'cancelled', question: null } })
    await engine.relay.flush(job.channels)
    expect((await messages(job.channels[0]!)).at(-1)).toMatchObject({
      type: 'JOB_CANCELLED',
      payload: { by: 'user', textEnd: 19 },
    })
    expect(await answer(engine, job, { a: 'red' })).toEqual({ outcome: 'conflict', state: 'cancelled' })
  })
})

describe('an answer', () => {
  it('puts the job back into the queue in one step, and the next attempt finds it (J33, J34)', async () => {
    const { engine, messages } = await openTestEngine()
    const { job } = await park(engine)
    const answered = await answer(engine, job, { a: 'red' })
    expect(answered).toMatchObject({ outcome: 'answered', row: { state: 'queued', dispatch: 2, version: 7 } })
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'queued', question: null })

    const second = await claim(engine, job, 2)
    expect(await second.answer('colour')).toEqual({ value: { a: 'red' } })
    expect(await second.answer('size')).toBeUndefined()
    expect(second.completedStep('a')).toEqual({ result: { found: 3 } })
    await second.chunk('text of b.')
    await second.complete(null)
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('text of a. text of b.')
    for (const channel of job.channels) {
      const told = (await messages(channel)).slice(-5) as MessageOf<'JOB_ANSWERED' | 'JOB_QUEUED'>[]
      expect(typesOf(told)).toEqual([
        'JOB_ANSWERED',
        'JOB_QUEUED',
        'JOB_STARTED',
        'JOB_RUNNING',
        'JOB_COMPLETED',
      ])
      expect(told[0]?.payload).toMatchObject({ version: 6, question: 'colour' })
      expect(told[1]?.payload).toMatchObject({ version: 7, reason: 'answered' })
    }
  })

  it('is taken once, whoever else answers at the same time (J33)', async () => {
    const { engine } = await openTestEngine()
    const { job } = await park(engine)
    const values = Array.from({ length: 8 }, (_, index) => ({ a: 'red', index }))
    const outcomes = await Promise.all(values.map((value) => answer(engine, job, value)))
    expect(outcomes.filter(({ outcome }) => outcome === 'answered')).toHaveLength(1)
    expect(outcomes.filter(({ outcome }) => outcome === 'conflict')).toHaveLength(7)
    const winner = outcomes.findIndex(({ outcome }) => outcome === 'answered')
    expect(await (await claim(engine, job, 2)).answer('colour')).toEqual({ value: values[winner] })
    expect(await answer(engine, job, { a: 'red' })).toEqual({ outcome: 'conflict', state: 'running' })
  })

  it('that does not fit, to another question or of somebody else changes nothing (J33)', async () => {
    const { engine } = await openTestEngine()
    const { job } = await park(engine)
    const seen: unknown[] = []
    const { userId, jobId } = job
    const check = (schema: unknown, value: unknown) => (seen.push(schema, value), 'is not a colour')
    expect(await engine.jobs.answer({ userId, jobId, question: 'colour', value: 7, check })).toEqual({
      outcome: 'invalid',
      problem: 'is not a colour',
    })
    expect(seen).toEqual([COLOUR.schema, 7])
    expect(await answer(engine, job, { a: 'red' }, 'size')).toEqual({
      outcome: 'conflict',
      state: 'waiting',
      openQuestion: 'colour',
    })
    const other = await createTestJob(engine)
    for (const stranger of [
      { ...job, userId: other.userId },
      { ...job, jobId: 'no-id' },
    ]) {
      expect(await answer(engine, stranger, { a: 'red' })).toEqual({ outcome: 'not_found' })
    }
    expect(await engine.jobs.view(userId, jobId)).toMatchObject({ state: 'waiting', version: 5 })
  })

  it('to a question that is asked again takes the place of the earlier one (J34)', async () => {
    const { engine } = await openTestEngine()
    const { job } = await park(engine)
    await answer(engine, job, { a: 'red' })
    await (await claim(engine, job, 2)).park(COLOUR)
    await answer(engine, job, { a: 'blue' })
    expect(await (await claim(engine, job, 3)).answer('colour')).toEqual({ value: { a: 'blue' } })
  })
})

describe('a question that nobody answers', () => {
  it('fails its job when it expires, and a resume asks again (J35)', async () => {
    const { engine, messages } = await openTestEngine()
    const { job } = await park(engine)
    await engine.reconciler.run()
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'waiting' })
    await expire(engine, job)
    await engine.reconciler.run()
    await engine.relay.flush(job.channels)
    expect((await messages(job.channels[0]!)).at(-1)).toMatchObject({
      type: 'JOB_FAILED',
      payload: { attempt: 1, code: 'question_expired', retryable: true, textEnd: 19 },
    })
    const failed = await engine.jobs.view(job.userId, job.jobId)
    expect(failed).toMatchObject({ state: 'failed', errorCode: 'question_expired', question: null })
    expect(failed?.error).toContain('"colour"')
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('text of a. and more')

    expect((await engine.jobs.resume(job)).outcome).toBe('resumed')
    const second = await claim(engine, job, 2)
    expect(await second.answer('colour')).toBeUndefined()
    expect(await second.park(COLOUR)).toBe(true)
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({
      state: 'waiting',
      question: { name: 'colour' },
    })
  })

  it('is found in time, between two runs of the reconciler (J35)', async () => {
    const { engine } = await openTestEngine({ reconcileIntervalMs: 60_000 })
    engine.reconciler.start()
    const { job } = await park(engine, { ...COLOUR, expiresInMs: 1_500 })
    const isFailed = async () => (await engine.jobs.view(job.userId, job.jobId))?.state === 'failed'
    expect(await waitFor(isFailed, { timeoutMs: 10_000 })).toBe(true)
  })

  it('takes no answer any more, although the reconciler has not come by (J35)', async () => {
    const { engine, messages } = await openTestEngine()
    const { job } = await park(engine)
    await expire(engine, job)
    expect(await answer(engine, job, { a: 'red' })).toEqual({ outcome: 'expired' })
    await engine.reconciler.run()
    await engine.relay.flush(job.channels)
    expect(typesOf(await messages(job.channels[1]!)).slice(-2)).toEqual(['JOB_QUESTION', 'JOB_FAILED'])
    await engine.jobs.resume(job)
    expect(await (await claim(engine, job, 2)).answer('colour')).toBeUndefined()
  })

  it('takes no answer that has waited for the row until its time was over (J35)', async () => {
    const { engine } = await openTestEngine()
    const { job } = await park(engine)
    let late: ReturnType<typeof answer> | undefined
    await engine.db.transaction().execute(async (trx) => {
      const { jobId } = job
      await trx.selectFrom('jobs').where('job_id', '=', jobId).select('job_id').forUpdate().execute()
      late = answer(engine, job, { a: 'red' })
      await waitFor(() => isWaitedFor(engine))
      // Later than the beginning of the one that waits.
      const set = { question_until: sql<Date>`clock_timestamp()` }
      await trx.updateTable('jobs').set(set).where('job_id', '=', jobId).execute()
    })
    expect(await late).toEqual({ outcome: 'expired' })
  })

  it('fails while it is answered late, and never both (J33, J35)', async () => {
    const { engine, messages } = await openTestEngine()
    const parked = await Promise.all(Array.from({ length: 6 }, () => park(engine)))
    for (const { job } of parked) await expire(engine, job)
    const [, ...answers] = await Promise.all([
      engine.reconciler.run(),
      ...parked.map(({ job }) => answer(engine, job, { a: 'red' })),
    ])
    expect(answers.filter(({ outcome }) => outcome === 'answered')).toEqual([])
    // It has passed over rows that an answer held.
    await engine.reconciler.run()
    for (const { job } of parked) {
      await engine.relay.flush(job.channels)
      expect(typesOf(await messages(job.channels[1]!)).slice(-2)).toEqual(['JOB_QUESTION', 'JOB_FAILED'])
    }
  })
})

describe('a job that waits', () => {
  it('keeps its question and its text when Redis forgets everything (J36)', async () => {
    const redis = await startTestRedis()
    onTestFinished(() => redis.stop())
    const test = await openTestEngine({ redisUrl: redis.url })
    const { engine } = test
    const { job } = await park(engine)
    await test.redis.flushall()
    await engine.reconciler.run()
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({
      state: 'waiting',
      textEnd: 19,
      question: { name: 'colour' },
    })
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('text of a. and more')

    await answer(engine, job, { a: 'red' })
    await engine.relay.flush(job.channels)
    expect(await engine.queue.has({ jobId: job.jobId, dispatch: 2 })).toBe(true)
    const second = await claim(engine, job, 2)
    await second.chunk('text of b.')
    await second.complete(null)
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('text of a. text of b.')
  })

  it('asks, is answered and expires while Redis is away (J36)', async () => {
    const redis = await startTestRedis()
    const { engine } = await openTestEngine({ redisUrl: redis.url })
    const [answered, expired] = [await createTestJob(engine), await createTestJob(engine)]
    const attempts = [await claim(engine, answered), await claim(engine, expired)]
    for (const attempt of attempts) {
      await attempt.chunk('before')
      await attempt.flush()
    }
    await redis.stop()
    for (const attempt of attempts) expect(await attempt.park(COLOUR)).toBe(true)
    expect((await answer(engine, answered, { a: 'red' })).outcome).toBe('answered')
    await expire(engine, expired)
    await engine.reconciler.run()
    expect(await engine.jobs.view(answered.userId, answered.jobId)).toMatchObject({ state: 'queued' })
    expect(await engine.jobs.view(expired.userId, expired.jobId)).toMatchObject({
      state: 'failed',
      textEnd: 6,
    })
  }, 40_000)
})
