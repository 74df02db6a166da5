import { randomUUID } from 'node:crypto'
import { ProgressLog, TextLog } from '@headway/event-log'
import { jobChannel, userChannel } from '@headway/events'
import { startTestRedis, uniqueUserId, waitFor } from '@headway/test-kit'
import { describe, expect, it } from 'vitest'
import { cancelChannel, InvalidCursorError, JobRepository, type JobEngine } from '../src/index.ts'
import { JobViews } from '../src/repository/job-views.ts'
import { createTestJob, openTestEngine, silentLogger, typesOf } from './support/test-engine.ts'

async function claim(engine: JobEngine, jobId: string, dispatch = 1) {
  const attempt = await engine.attempts.claim({ jobId, dispatch, workerId: 'w1', leaseMs: 15_000 })
  if (attempt === undefined) throw new Error(`Job ${jobId} was not claimed`)
  return attempt
}

describe('create', () => {
  it('answers with the job as it was created, and queues it (J6)', async () => {
    const { engine, messages } = await openTestEngine()
    const userId = uniqueUserId()
    const creation = await engine.jobs.create({ userId, operationType: 'rehearse', input: { steps: 3 } })
    if (creation.outcome === 'idempotency_mismatch') throw new Error('unexpected')
    const { jobId, state, job } = creation.response
    expect(state).toBe('created')
    expect(job).toMatchObject({
      jobId,
      state: 'created',
      version: 1,
      input: { steps: 3 },
      steps: [],
      question: null,
    })
    expect(await engine.jobs.view(userId, jobId)).toMatchObject({ state: 'queued', version: 2, attempt: 0 })

    await engine.relay.flush([userChannel(userId), jobChannel(jobId)])
    for (const channel of [userChannel(userId), jobChannel(jobId)]) {
      const sent = await messages(channel)
      expect(typesOf(sent)).toEqual(['JOB_CREATED', 'JOB_QUEUED'])
      expect(sent.map(({ payload }) => payload)).toMatchObject([
        { jobId, operationType: 'rehearse', state: 'created', version: 1 },
        { jobId, version: 2, reason: 'created' },
      ])
    }
    expect(await engine.queue.has({ jobId, dispatch: 1 })).toBe(true)
  })

  it('makes one job of two equal requests at once, and gives both the same answer (J7)', async () => {
    const { engine } = await openTestEngine()
    const request = {
      userId: uniqueUserId(),
      operationType: 'rehearse',
      input: { steps: 1 },
      idempotency: { key: 'k1', bodySha256: 'a' },
    }
    const answers = await Promise.all(Array.from({ length: 5 }, () => engine.jobs.create(request)))
    expect(answers.map(({ outcome }) => outcome).toSorted()).toEqual([
      'created',
      ...Array(4).fill('repeated'),
    ])
    const responses = answers.map((answer) => ('response' in answer ? answer.response : undefined))
    for (const response of responses) expect(response).toEqual(responses[0])
    const page = await engine.jobs.list({ userId: request.userId, limit: 10 })
    expect(page.jobs.map(({ jobId }) => jobId)).toEqual([responses[0]?.jobId])
  })

  it('refuses a key with another body, and knows keys of one user only (J7)', async () => {
    const { engine } = await openTestEngine()
    const request = { userId: uniqueUserId(), operationType: 'rehearse', input: {} }
    await engine.jobs.create({ ...request, idempotency: { key: 'k', bodySha256: 'a' } })
    const other = await engine.jobs.create({ ...request, idempotency: { key: 'k', bodySha256: 'b' } })
    expect(other).toEqual({ outcome: 'idempotency_mismatch' })
    const foreign = { ...request, userId: uniqueUserId(), idempotency: { key: 'k', bodySha256: 'b' } }
    expect((await engine.jobs.create(foreign)).outcome).toBe('created')
  })

  it('forgets a key after 24 hours (J7)', async () => {
    const { engine } = await openTestEngine()
    const request = {
      userId: uniqueUserId(),
      operationType: 'rehearse',
      input: {},
      idempotency: { key: 'k', bodySha256: 'a' },
    }
    await engine.jobs.create(request)
    const age = (ms: number) =>
      engine.db
        .updateTable('idempotency_keys')
        .set({ created_at: new Date(Date.now() - ms) })
        .execute()
    await age(23.9 * 3_600_000)
    expect((await engine.jobs.create(request)).outcome).toBe('repeated')
    await age(24.1 * 3_600_000)
    expect(
      (await engine.jobs.create({ ...request, idempotency: { key: 'k', bodySha256: 'b' } })).outcome,
    ).toBe('created')
    await age(24.1 * 3_600_000)
    await engine.retention.run()
    expect(await engine.db.selectFrom('idempotency_keys').selectAll().execute()).toEqual([])
  })

  it('shows an input as it was written, its fields in their order', async () => {
    const { engine } = await openTestEngine()
    const userId = uniqueUserId()
    const input = { url: 'https://example.com', format: 'png', b: 1, a: [{ z: 1, y: 2 }] }
    await engine.jobs.create({ userId, operationType: 'rehearse', input })
    const { jobs } = await engine.jobs.list({ userId, limit: 1 })
    expect(JSON.stringify(jobs[0]!.input)).toBe(JSON.stringify(input))
  })

  it('takes input with characters that Postgres refuses', async () => {
    const { engine } = await openTestEngine()
    const userId = uniqueUserId()
    await engine.jobs.create({ userId, operationType: 'rehearse', input: { text: 'a\0b' } })
    const { jobs } = await engine.jobs.list({ userId, limit: 1 })
    expect(jobs[0]?.input).toEqual({ text: 'a\uFFFDb' })
  })
})

describe('view', () => {
  it('hides jobs of other users as if they were missing (J8)', async () => {
    const { engine } = await openTestEngine()
    const { jobId } = await createTestJob(engine)
    for (const id of [jobId, randomUUID(), 'not-an-id']) {
      expect(await engine.jobs.view(uniqueUserId(), id)).toBeUndefined()
      const stranger = { userId: uniqueUserId(), jobId: id }
      expect(await engine.jobs.cancel({ ...stranger, by: 'user' })).toEqual({ outcome: 'not_found' })
      expect(await engine.jobs.resume(stranger)).toEqual({ outcome: 'not_found' })
    }
  })

  it('shows steps, artifacts and the newest progress (J8)', async () => {
    const { engine, redis } = await openTestEngine()
    const { userId, jobId } = await createTestJob(engine)
    const attempt = await claim(engine, jobId)
    await engine.db
      .insertInto('job_steps')
      .values([
        { job_id: jobId, name: 'second', index: 1, status: 'started', attempt: 1 },
        { job_id: jobId, name: 'first', index: 0, status: 'completed', duration_ms: 12, attempt: 1 },
      ])
      .execute()
    const artifactId = randomUUID()
    await engine.db
      .insertInto('job_artifacts')
      .values({
        artifact_id: artifactId,
        job_id: jobId,
        name: 'a.png',
        content_type: 'image/png',
        size: 3,
        storage_key: 'k',
      })
      .execute()
    const identity = { userId, jobId, operationType: 'rehearse', attempt: attempt.attempt }
    await new ProgressLog(redis).publish({ ...identity, n: 4, progress: 40, label: 'forty' })

    expect(await engine.jobs.view(userId, jobId)).toMatchObject({
      state: 'running',
      attempt: 1,
      progress: 40,
      progressN: 4,
      label: 'forty',
      steps: [
        { name: 'first', index: 0, status: 'completed', durationMs: 12 },
        { name: 'second', index: 1, status: 'started', durationMs: null },
      ],
      artifacts: [{ artifactId, name: 'a.png', contentType: 'image/png', size: 3 }],
    })
    expect(await engine.artifacts.find(userId, jobId, artifactId)).toMatchObject({ key: 'k', size: 3 })
    expect(await engine.artifacts.find(uniqueUserId(), jobId, artifactId)).toBeUndefined()
    expect(await engine.artifacts.find(userId, jobId, 'not-an-id')).toBeUndefined()
  })
})

describe('list', () => {
  it('pages through all jobs once, newest first, also when jobs are made meanwhile (J9)', async () => {
    const { engine } = await openTestEngine()
    const userId = uniqueUserId()
    const made: string[] = []
    for (let count = 0; count < 7; count += 1) made.unshift((await createTestJob(engine, userId)).jobId)
    // The same millisecond: the ids decide.
    await engine.db
      .updateTable('jobs')
      .set({ created_at: new Date() })
      .where('user_id', '=', userId)
      .execute()
    made.sort((a, b) => (a < b ? 1 : -1))

    const listed: string[] = []
    let cursor: string | undefined
    do {
      const page = await engine.jobs.list({ userId, limit: 3, ...(cursor !== undefined && { cursor }) })
      listed.push(...page.jobs.map(({ jobId }) => jobId))
      cursor = page.nextCursor ?? undefined
      if (listed.length === 3) await createTestJob(engine, userId)
    } while (cursor !== undefined)
    expect(listed).toEqual(made)
  })

  it('asks Postgres three times for a page, however many jobs it has (J9)', async () => {
    const { engine, redis } = await openTestEngine()
    const userId = uniqueUserId()
    for (let count = 0; count < 5; count += 1) await createTestJob(engine, userId)
    let queries = 0
    const db = engine.db.withPlugin({
      transformQuery({ node }) {
        queries += 1
        return node
      },
      transformResult: ({ result }) => Promise.resolve(result),
    })
    const parts = { db, redis, text: engine.text, logger: silentLogger }
    const views = new JobViews({ ...parts, progressLog: new ProgressLog(redis), textLog: new TextLog(redis) })
    const page = await new JobRepository({ ...parts, views }).list({ userId, limit: 10 })
    expect(page.jobs).toHaveLength(5)
    expect(queries).toBe(3)
  })

  it('has no next page after the last job', async () => {
    const { engine } = await openTestEngine()
    const { userId } = await createTestJob(engine)
    expect(await engine.jobs.list({ userId, limit: 1 })).toMatchObject({ nextCursor: null, jobs: [{}] })
    expect(await engine.jobs.list({ userId: uniqueUserId(), limit: 1 })).toEqual({
      jobs: [],
      nextCursor: null,
    })
  })

  it('filters by state and kind of work', async () => {
    const { engine } = await openTestEngine()
    const first = await createTestJob(engine)
    const second = await createTestJob(engine, first.userId)
    await engine.jobs.cancel({ ...second, by: 'user' })
    const ids = async (query: object) =>
      (await engine.jobs.list({ userId: first.userId, limit: 10, ...query })).jobs.map(({ jobId }) => jobId)
    expect(await ids({ state: 'queued' })).toEqual([first.jobId])
    expect(await ids({ state: 'cancelled' })).toEqual([second.jobId])
    expect(await ids({ operationType: 'rehearse' })).toHaveLength(2)
    expect(await ids({ operationType: 'other' })).toEqual([])
  })

  it('refuses a cursor that no page has named', async () => {
    const { engine } = await openTestEngine()
    const page = engine.jobs.list({ userId: uniqueUserId(), limit: 1, cursor: 'x' })
    await expect(page).rejects.toThrow(InvalidCursorError)
  })
})

describe('cancel', () => {
  it('ends a queued job at once, and gives the same answer again (J10)', async () => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    const cancelled = await engine.jobs.cancel({ ...job, reason: 'changed\0my mind', by: 'user' })
    expect(cancelled).toMatchObject({
      outcome: 'cancelled',
      job: { state: 'cancelled', version: 3, cancelRequested: false },
    })
    expect(await engine.jobs.cancel({ ...job, by: 'user' })).toEqual(cancelled)
    await engine.relay.flush(job.channels)
    const sent = await messages(jobChannel(job.jobId))
    expect(typesOf(sent)).toEqual(['JOB_CREATED', 'JOB_QUEUED', 'JOB_CANCELLED'])
    expect(sent.at(-1)?.payload).toMatchObject({ version: 3, reason: 'changed\uFFFDmy mind', by: 'user' })
    expect(sent.at(-1)?.payload).not.toHaveProperty('textEnd')
    expect(
      await engine.attempts.claim({ jobId: job.jobId, dispatch: 1, workerId: 'w', leaseMs: 1 }),
    ).toBeUndefined()
  })

  it('asks the worker of a running job, by its channel and by the lease (J10)', async () => {
    const { engine, redis } = await openTestEngine()
    const job = await createTestJob(engine)
    await claim(engine, job.jobId)
    const subscriber = redis.duplicate({ enableOfflineQueue: true })
    const heard: string[] = []
    await subscriber.subscribe(cancelChannel(job.jobId))
    subscriber.on('message', (channel, message) => heard.push(`${channel} ${message}`))

    const asked = await engine.jobs.cancel({ ...job, reason: 'first', by: 'user' })
    expect(asked).toMatchObject({ outcome: 'requested', job: { state: 'running', cancelRequested: true } })
    await waitFor(() => heard.length === 1)
    expect(heard).toEqual([`job:cancel:${job.jobId} {"reason":"first","by":"user","attempt":1}`])
    await engine.jobs.cancel({ ...job, reason: 'second', by: 'system' })
    const row = await engine.db
      .selectFrom('jobs')
      .selectAll()
      .where('job_id', '=', job.jobId)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ cancel_reason: 'first', cancelled_by: 'user' })
    const held = await engine.attempts.renewLeases('w1', { leaseMs: 15_000, jobIds: [job.jobId] })
    expect(held).toMatchObject([{ jobId: job.jobId, attempt: 1, cancelRequested: true }])
    subscriber.disconnect()
  })

  it('takes the request while Redis is away (J10)', async () => {
    const redis = await startTestRedis()
    const { engine } = await openTestEngine({ redisUrl: redis.url })
    const [running, queued] = [await createTestJob(engine), await createTestJob(engine)]
    await claim(engine, running.jobId)
    await redis.stop()
    expect((await engine.jobs.cancel({ ...running, by: 'user' })).outcome).toBe('requested')
    expect((await engine.jobs.cancel({ ...queued, by: 'user' })).outcome).toBe('cancelled')
    const held = await engine.attempts.renewLeases('w1', { leaseMs: 15_000, jobIds: [running.jobId] })
    expect(held).toMatchObject([{ jobId: running.jobId, cancelRequested: true }])
  })

  it('names the state of a job that has ended otherwise (J10)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job.jobId)
    await attempt.running()
    await attempt.complete({ done: true })
    expect(await engine.jobs.cancel({ ...job, by: 'user' })).toEqual({
      outcome: 'conflict',
      state: 'completed',
    })
  })

  it('keeps the text of a job that had a worker before (J13)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job.jobId)
    await attempt.running()
    await attempt.chunk('half a sentence')
    await attempt.flush()
    await attempt.requeue('worker-lost')
    await engine.jobs.cancel({ ...job, by: 'user' })
    const row = await engine.db
      .selectFrom('jobs')
      .selectAll()
      .where('job_id', '=', job.jobId)
      .executeTakeFirstOrThrow()
    expect(row).toMatchObject({ state: 'cancelled', text_end: 15 })
    expect(row.text_key?.startsWith(`jobs/${job.jobId}/texts/`)).toBe(true)
    expect(row.text_sha256).toMatch(/^[0-9a-f]{64}$/)
    expect((await engine.text.read(job.jobId, 5, 100)).text.toString()).toBe('a sentence')
  })
})

describe('resume', () => {
  it('puts a cancelled job into the queue again, with two messages and a new turn (J11)', async () => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    await engine.db
      .insertInto('job_steps')
      .values([
        { job_id: job.jobId, name: 'one', index: 0, status: 'completed', attempt: 1 },
        { job_id: job.jobId, name: 'two', index: 1, status: 'completed', attempt: 1 },
        { job_id: job.jobId, name: 'three', index: 2, status: 'started', attempt: 1 },
      ])
      .execute()
    await engine.jobs.cancel({ ...job, reason: 'r', by: 'user' })
    const resumed = await engine.jobs.resume(job)
    expect(resumed).toMatchObject({
      outcome: 'resumed',
      job: { state: 'queued', version: 5, finishedAt: null },
    })
    await engine.relay.flush(job.channels)
    const sent = (await messages(jobChannel(job.jobId))).slice(3)
    expect(typesOf(sent)).toEqual(['JOB_RESUMED', 'JOB_QUEUED'])
    expect(sent.map(({ payload }) => payload)).toMatchObject([
      { version: 4, fromStep: 'two' },
      { version: 5, reason: 'resumed' },
    ])
    expect(await engine.queue.has({ jobId: job.jobId, dispatch: 2 })).toBe(true)
    expect(await engine.jobs.resume(job)).toEqual({ outcome: 'conflict', state: 'queued' })
    // The wish to cancel is over: the next attempt is not told to stop.
    const next = (await engine.attempts.claim({
      jobId: job.jobId,
      dispatch: 2,
      workerId: 'w',
      leaseMs: 15_000,
    }))!
    await next.running()
    expect(next.cancelRequested).toBe(false)
  })

  it('clears what the failure has left (J11)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job.jobId)
    await attempt.fail({ error: 'broken', code: 'broken', retryable: true })
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({
      state: 'failed',
      errorCode: 'broken',
    })
    expect(await engine.jobs.resume(job)).toMatchObject({
      outcome: 'resumed',
      job: { state: 'queued', error: null, errorCode: null, finishedAt: null },
    })
    const next = await engine.attempts.claim({
      jobId: job.jobId,
      dispatch: 2,
      workerId: 'w',
      leaseMs: 15_000,
    })
    expect(next?.failures).toBe(0)
  })
})
