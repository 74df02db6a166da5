import { createHash, randomUUID } from 'node:crypto'
import { ReportStream, TextLog } from '@headway/event-log'
import { jobChannel, userChannel, type WebSocketMessage } from '@headway/events'
import {
  publishJobCheckpoint,
  publishJobChunk,
  publishJobComplete,
  publishJobError,
  publishJobProgress,
  readJobCheckpoint,
} from '@headway/reports'
import { FaultProxy, startTestRedis, waitFor } from '@headway/test-kit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { endedChannel } from '../src/index.ts'
import { createTestJob, openTestDatabase, openTestEngine, typesOf } from './support/test-engine.ts'

/**
 * A server, and a job that runs under its first attempt, as whoever holds it for a worker elsewhere has begun it. Reports are of a
 * whole Redis, so each test has its own.
 */
async function openJob({ databaseUrl }: { databaseUrl?: string } = {}) {
  const redisServer = await startTestRedis()
  onTestFinished(() => redisServer.stop())
  const redisUrl = redisServer.url
  const opened = await openTestEngine({ redisUrl, ...(databaseUrl !== undefined && { databaseUrl }) })
  const { engine } = opened
  const job = await createTestJob(engine)
  await engine.operations.register([
    {
      type: 'rehearse',
      description: '',
      inputSchema: {},
      timeoutMs: 1_000,
      exclusive: false,
      priority: 0,
      maxFailures: 2,
    },
  ])
  const attempt = await claim(opened.engine, job.jobId, 1)
  engine.reports.start()
  const view = async () => (await engine.jobs.view(job.userId, job.jobId))!
  const reaches = (state: string) => waitFor(async () => (await view()).state === state)
  const text = async () => (await engine.text.read(job.jobId, 0, 1_000_000)).text.toString()
  return { ...opened, ...job, redisUrl, attempt, view, reaches, text }
}

async function claim(engine: Parameters<typeof createTestJob>[0], jobId: string, dispatch: number) {
  const attempt = (await engine.attempts.claim({ jobId, dispatch, workerId: randomUUID(), leaseMs: 60_000 }))!
  await attempt.running()
  return attempt
}

async function handled(redis: ConstructorParameters<typeof ReportStream>[0]): Promise<void> {
  const stream = new ReportStream(redis)
  await waitFor(async () => (await stream.backlog()).waiting === 0)
}

function payloads(messages: readonly WebSocketMessage[], type: string) {
  return messages.filter((message) => message.type === type).map(({ payload }) => payload as object)
}

describe('the reports of a worker that is not ours', () => {
  it('J43: a completion ends the job with its text, result and progress, and both channels hear of it once', async () => {
    const { engine, redis, jobId, userId, messages, view, reaches, text } = await openJob()
    const ended = redis.duplicate({ enableOfflineQueue: true })
    onTestFinished(() => ended.disconnect())
    const heard: string[] = []
    ended.on('message', (_channel, attempt) => heard.push(attempt))
    await ended.subscribe(endedChannel(jobId))

    await publishJobProgress(redis, jobId, userId, 'running', 'Half', 50, { attempt: 1 })
    await publishJobChunk(redis, jobId, userId, 'All of it.\n', { attempt: 1 })
    await publishJobComplete(redis, jobId, userId, { rows: 3 }, 1234.4, { attempt: 1 })
    await reaches('completed')
    await handled(redis)
    await engine.relay.flush([jobChannel(jobId), userChannel(userId)])

    expect(await view()).toMatchObject({ result: { rows: 3 }, label: 'Half', progress: 100, progressN: 1 })
    expect(await text()).toBe('All of it.\n')
    const textSha256 = createHash('sha256').update('All of it.\n').digest('hex')
    for (const channel of [jobChannel(jobId), userChannel(userId)]) {
      expect(payloads(await messages(channel), 'JOB_COMPLETED')).toEqual([
        {
          jobId,
          operationType: 'rehearse',
          version: 5,
          attempt: 1,
          result: { rows: 3 },
          durationMs: 1234,
          textEnd: 11,
          textSha256,
        },
      ])
    }
    await expect.poll(() => heard).toEqual(['1'])
  })

  it('J43: a checkpoint is a completed step behind which a later attempt goes on, with the text of then', async () => {
    const { engine, redis, jobId, userId, messages, attempt, text } = await openJob()
    await publishJobChunk(redis, jobId, userId, 'kept ', { attempt: 1 })
    await publishJobCheckpoint(redis, jobId, userId, 'read', { rows: 3 }, { attempt: 1 })
    await publishJobChunk(redis, jobId, userId, 'not kept', { attempt: 1 })
    await publishJobCheckpoint(redis, jobId, userId, 'read', { rows: 4 }, { attempt: 1 })
    await publishJobCheckpoint(redis, jobId, userId, 'sort', null, { attempt: 1 })
    await expect.poll(() => readJobCheckpoint(redis, jobId)).toEqual({ step: 'sort', data: null })
    await engine.relay.flush([jobChannel(jobId)])
    const news = await messages(jobChannel(jobId))
    expect(payloads(news, 'JOB_CHECKPOINT')).toMatchObject([
      { step: 'read' },
      { step: 'read' },
      { step: 'sort' },
    ])
    expect(payloads(news, 'JOB_STEP')).toMatchObject([
      { step: 'read', index: 0, status: 'completed' },
      { step: 'read', index: 0 },
      { step: 'sort', index: 1 },
    ])

    await publishJobChunk(redis, jobId, userId, ', and lost', { attempt: 1 })
    await attempt.requeue('worker-lost')
    const second = await claim(engine, jobId, 2)
    expect(second.resumedFrom).toBe('sort')
    expect(second.completedStep('read')).toEqual({ result: { rows: 4 } })
    expect(await text()).toBe('kept not kept')
  })

  it('J22: a checkpoint says that the job gets on, whatever workers it has lost before', async () => {
    const { engine, redis, jobId, userId } = await openJob()
    await engine.db.updateTable('jobs').set({ losses: 4 }).execute()
    await publishJobCheckpoint(redis, jobId, userId, 'read', null, { attempt: 1 })
    const losses = async () =>
      (await engine.db.selectFrom('jobs').select('losses').executeTakeFirst())?.losses
    expect(await waitFor(async () => (await losses()) === 0)).toBe(true)
  })

  it('J43: the step that is reported again is the newest checkpoint', async () => {
    const { redis, jobId, userId, view } = await openJob()
    for (const [step, data] of [
      ['page', 1],
      ['rest', 2],
      ['page', 3],
    ] as const) {
      await publishJobCheckpoint(redis, jobId, userId, step, data, { attempt: 1 })
    }
    await handled(redis)
    expect(await readJobCheckpoint(redis, jobId)).toEqual({ step: 'page', data: 3 })
    expect((await view()).steps.map(({ name }) => name)).toEqual(['rest', 'page'])
  })

  it('J44: a retryable failure goes back to the queue later, as often as the operation allows, then fails', async () => {
    const { engine, redis, jobId, userId, messages, view, reaches } = await openJob()
    await publishJobError(redis, jobId, userId, 'the site is down', true, { attempt: 1, code: 'upstream' })
    await reaches('queued')
    await engine.relay.flush([jobChannel(jobId)])
    const [, queued] = payloads(await messages(jobChannel(jobId)), 'JOB_QUEUED')
    expect(queued).toMatchObject({ reason: 'retry', notBefore: expect.any(String) })

    await claim(engine, jobId, 2)
    await publishJobError(redis, jobId, userId, 'it still is', true, { attempt: 2, code: 'upstream' })
    await reaches('failed')
    expect(await view()).toMatchObject({ error: 'it still is', errorCode: 'upstream' })
  })

  it('J44: a final failure ends the job at once', async () => {
    const { engine, redis, jobId, userId, messages, reaches } = await openJob()
    await publishJobError(redis, jobId, userId, 'no such page', false)
    await reaches('failed')
    await engine.relay.flush([jobChannel(jobId)])
    expect(payloads(await messages(jobChannel(jobId)), 'JOB_FAILED')).toMatchObject([
      { error: 'no such page', code: 'operation_failed', retryable: false, attempt: 1 },
    ])
  })

  it('J44: a job that was to be cancelled is cancelled, whatever its worker reports', async () => {
    const { engine, redis, jobId, userId, view, reaches } = await openJob()
    await engine.jobs.cancel({ userId, jobId, reason: 'enough', by: 'user' })
    await publishJobComplete(redis, jobId, userId, 'a result', 1)
    await reaches('cancelled')
    expect((await view()).result).toBeNull()
  })

  it('J45: a report that comes twice is handled once', async () => {
    const { engine, redis, jobId, userId, messages, reaches } = await openJob()
    const stream = new ReportStream(redis)
    const report = { v: '1', jobId, userId, attempt: '1' }
    const checkpoint = { ...report, kind: 'checkpoint', id: 'c', step: 'read', data: '1' }
    for (const fields of [checkpoint, { ...checkpoint, data: '2' }]) await stream.add(fields)
    for (let n = 0; n < 3; n += 1) await stream.add({ ...report, kind: 'complete', id: 'e' })
    await stream.add({ ...report, kind: 'complete', id: 'another' })
    await reaches('completed')
    await handled(redis)
    await engine.relay.flush([jobChannel(jobId)])
    const types = typesOf(await messages(jobChannel(jobId))).slice(4)
    expect(types).toEqual(['JOB_STEP', 'JOB_CHECKPOINT', 'JOB_COMPLETED'])
    expect(await readJobCheckpoint(redis, jobId)).toEqual({ step: 'read', data: 1 })
  })

  it('J45: reports wait while Postgres is away, and are handled when it is back', async () => {
    const databaseUrl = new URL(await openTestDatabase())
    const proxy = await FaultProxy.start({ targets: [Number(databaseUrl.port)] })
    onTestFinished(() => proxy.stop())
    databaseUrl.port = String(proxy.port)
    const { redis, jobId, userId, reaches } = await openJob({ databaseUrl: databaseUrl.href })
    const stream = new ReportStream(redis)
    proxy.set({ mode: 'cutAfter', bytes: 0 })
    await publishJobCheckpoint(redis, jobId, userId, 'read', 1, { attempt: 1 })
    await publishJobComplete(redis, jobId, userId, 'done', 1, { attempt: 1 })
    await waitFor(() => proxy.swallowedBytes > 0)
    expect(await stream.backlog()).toEqual({ waiting: 2, dead: 0 })
    proxy.set({ mode: 'pass' })
    await reaches('completed')
    await handled(redis)
    expect(await readJobCheckpoint(redis, jobId)).toEqual({ step: 'read', data: 1 })
  })

  it('J45: several servers handle a report once, and what a dead one had begun is handled by the next', async () => {
    const databaseUrl = await openTestDatabase()
    const { engine, redis, redisUrl, jobId, userId, reaches } = await openJob({ databaseUrl })
    await engine.reports.stop()
    // A server that reads and dies.
    const stream = new ReportStream(redis)
    await publishJobCheckpoint(redis, jobId, userId, 'read', 1, { attempt: 1 })
    expect(await stream.read('dead', { turnMs: 300, count: 10 })).toMatchObject({ state: 'reading' })
    await publishJobComplete(redis, jobId, userId, 'done', 1, { attempt: 1 })
    const [one, two] = [
      await openTestEngine({ redisUrl, databaseUrl }),
      await openTestEngine({ redisUrl, databaseUrl }),
    ]
    one.engine.reports.start()
    two.engine.reports.start()
    await reaches('completed')
    await handled(redis)
    expect((await engine.jobs.view(userId, jobId))!.steps).toMatchObject([{ name: 'read' }])
    const left = await engine.db.selectFrom('job_reports').where('job_id', '=', jobId).selectAll().execute()
    expect(left).toHaveLength(2)
  })

  it('J45: a flush of Redis ends no reader', async () => {
    const { engine, redis, jobId, userId, view, reaches } = await openJob()
    await redis.flushall()
    await engine.eventLog.setFence(jobId, userId, 1)
    await publishJobComplete(redis, jobId, userId, 'done', 1)
    await reaches('completed')
    expect((await view()).result).toBe('done')
  })

  it('J46: an attempt that has lost its job reports, writes and shows nothing', async () => {
    const { engine, redis, jobId, userId, messages, attempt, view, text } = await openJob()
    await attempt.requeue('worker-lost')
    await claim(engine, jobId, 2)
    await engine.relay.flush([jobChannel(jobId)])
    const before = [await view(), typesOf(await messages(jobChannel(jobId)))]

    expect((await publishJobChunk(redis, jobId, userId, 'x', { attempt: 1 })).outcome).toBe('fenced')
    expect(await publishJobProgress(redis, jobId, userId, 'running', 'x', 1, { attempt: 1 })).toEqual({
      outcome: 'fenced',
    })
    await publishJobCheckpoint(redis, jobId, userId, 'x', 1, { attempt: 1 })
    await publishJobError(redis, jobId, userId, 'x', false, { attempt: 1 })
    await publishJobComplete(redis, jobId, userId, 'x', 1, { attempt: 1 })
    await publishJobComplete(redis, jobId, 'somebody-else', 'x', 1, { attempt: 2 })
    await publishJobComplete(redis, randomUUID(), userId, 'x', 1, { attempt: 1 })
    await handled(redis)
    await engine.relay.flush([jobChannel(jobId)])
    expect([await view(), typesOf(await messages(jobChannel(jobId)))]).toEqual(before)
    expect(await text()).toBe('')
    expect(await readJobCheckpoint(redis, jobId)).toBeUndefined()

    expect((await publishJobChunk(redis, jobId, userId, 'mine', { attempt: 2 })).outcome).toBe('published')
  })

  it('J46: after the end a worker that goes on all the same shows nothing', async () => {
    const { redis, jobId, userId, reaches } = await openJob()
    await publishJobComplete(redis, jobId, userId, 'done', 1, { attempt: 1 })
    await reaches('completed')
    await handled(redis)
    for (const options of [{ attempt: 1 }, {}]) {
      expect((await publishJobChunk(redis, jobId, userId, 'x', options)).outcome).toBe('fenced')
      expect((await publishJobProgress(redis, jobId, userId, '', 'x', 1, options)).outcome).toBe('fenced')
    }
  })

  it('J43: progress and text may come as reports too, in one order with the checkpoints', async () => {
    const { redis, jobId, userId, attempt, engine, view, text, messages } = await openJob()
    const stream = new ReportStream(redis)
    const report = (fields: Record<string, string>) =>
      stream.add({ v: '1', jobId, userId, attempt: '1', ...fields })
    await report({ kind: 'progress', progress: '40', label: 'Reading' })
    await report({ kind: 'chunk', id: 'a', text: 'kept' })
    await report({ kind: 'chunk', id: 'a', text: 'kept' })
    await report({ kind: 'checkpoint', step: 'read' })
    await report({ kind: 'chunk', id: 'b', text: ' lost' })
    await report({ kind: 'chunk', attempt: '2', text: ' too early' })
    await stream.add({ v: '1', jobId, userId: 'somebody-else', kind: 'chunk', text: ' foreign' })
    await handled(redis)
    expect(await view()).toMatchObject({ progress: 40, label: 'Reading', progressN: 1 })
    expect(await text()).toBe('kept lost')
    await attempt.requeue('worker-lost')
    await claim(engine, jobId, 2)
    expect(await text()).toBe('kept')
    expect(typesOf(await messages(jobChannel(jobId)))).not.toContain('JOB_CHUNK')
  })

  it('J47: what can not be read is kept aside, and holds up nothing', async () => {
    const { engine, redis, jobId, userId, reaches } = await openJob()
    const stream = new ReportStream(redis)
    await stream.add({ nonsense: 'canary' })
    await stream.add({ v: '1', kind: 'complete', jobId, userId, result: '{' })
    // JSON, and nested more deeply than can be written again.
    for (const depth of [5_000, 50_000]) {
      const nested = '['.repeat(depth) + ']'.repeat(depth)
      await stream.add({ v: '1', kind: 'checkpoint', jobId, userId, step: 'deep', data: nested })
    }
    // Well-formed, and more than a column of Postgres holds.
    await stream.add({ v: '1', kind: 'checkpoint', jobId, userId, step: 'x', textEnd: '9999999999' })
    await stream.add({ v: '1', kind: 'complete', jobId, userId, attempt: '9999999999' })
    await publishJobComplete(redis, jobId, userId, 'done', 1, { attempt: 1 })
    await reaches('completed')
    await handled(redis)
    expect(await engine.reports.backlog()).toEqual({ waiting: 0, dead: 4 })
  })
})

it('adds behind what an attempt of ours has written', async () => {
  const { redis, jobId, userId, attempt, text } = await openJob()
  await attempt.chunk('ours, ')
  await attempt.flush()
  await publishJobChunk(redis, jobId, userId, 'theirs')
  expect(await text()).toBe('ours, theirs')
  expect(await new TextLog(redis).end(jobId)).toBe(12)
})
