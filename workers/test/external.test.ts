import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connectRedis, redisReady, WorkOffers } from '@headway/event-log'
import {
  holdJob,
  publishJobCheckpoint,
  publishJobChunk,
  publishJobComplete,
  publishJobError,
  publishJobProgress,
  readJobCheckpoint,
  takeJob,
  type TakenJob,
} from '@headway/reports'
import { waitFor } from '@headway/test-kit'
import type { Redis } from 'ioredis'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import {
  defineExternalOperation,
  defineOperation,
  ExternalOperationsError,
  loadExternalOperations,
} from '../src/index.ts'
import { Deployment } from './support/deployment.ts'
import { testLogger } from './support/test-logger.ts'

const TYPE = 'translate'

function translate(timeoutMs = 60_000) {
  return defineExternalOperation({
    type: TYPE,
    description: 'Translates a text.',
    input: z.object({ text: z.string() }),
    timeoutMs,
    maxFailures: 2,
  })
}

/** A deployment whose server reads reports, a worker of ours, and the connections of a worker elsewhere. */
async function open({ timeoutMs, concurrency = 1 }: { timeoutMs?: number; concurrency?: number } = {}) {
  const deployment = await Deployment.open({ ownRedis: true })
  onTestFinished(() => deployment.close())
  deployment.engine.reports.start()
  const shout = defineOperation({
    type: 'shout',
    description: 'Is done at once.',
    input: z.object({}),
    timeoutMs: 5_000,
    run: () => Promise.resolve('done'),
  })
  const worker = await deployment.startWorker({ operations: [translate(timeoutMs), shout], concurrency })
  const connect = async (): Promise<Redis> => {
    const redis = connectRedis(deployment.redisUrl, 'publisher', { logger: testLogger })
    onTestFinished(() => redis.disconnect())
    await redisReady(redis)
    return redis
  }
  const [redis, waiting] = [await connect(), await connect()]
  const take = (worker = 'one', holdSeconds = 15): Promise<TakenJob> =>
    waitFor(() => takeJob(waiting, TYPE, { worker, waitMs: 500, holdSeconds }), { timeoutMs: 20_000 })
  const hold = (job: TakenJob) => {
    const held = holdJob(redis, job)
    onTestFinished(() => held.release())
    return held
  }
  const create = () => deployment.createJob(TYPE, { text: 'hello' })
  return { deployment, worker, redis, take, hold, create }
}

/** Resolves when somebody asks for the text behind so many bytes: they have those before it. */
async function isAskedForTextFrom(redis: Redis, jobId: string, offset: number): Promise<void> {
  const monitor = await redis.monitor()
  onTestFinished(() => monitor.disconnect())
  const asked: string[][] = []
  monitor.on('monitor', (_time: string, command: string[]) => asked.push(command))
  await waitFor(() =>
    asked.some((command) => command[3] === `hw:{job:${jobId}}:text` && command[5] === String(offset)),
  )
}

it('waits visibly for a worker elsewhere, and ends at once by its report', async () => {
  const { deployment, redis, take, hold, create } = await open()
  const jobId = await create()
  await expect.poll(async () => (await deployment.view(jobId)).label).toBe('Waits for a worker of translate')
  expect(await deployment.view(jobId)).toMatchObject({ state: 'running', attempt: 1 })

  const job = await take()
  const { userId } = deployment
  expect(job).toMatchObject({ v: 1, jobId, userId, attempt: 1, operationType: TYPE, checkpoint: null })
  expect(job.input).toEqual({ text: 'hello' })
  const { signal } = hold(job)
  await publishJobProgress(redis, jobId, userId, 'running', 'Halfway', 50, { attempt: 1 })
  await publishJobChunk(redis, jobId, userId, 'hallo', { attempt: 1 })
  expect(await deployment.view(jobId)).toMatchObject({ progress: 50, label: 'Halfway' })
  await publishJobComplete(redis, jobId, userId, { text: 'hallo' }, 1, { attempt: 1 })

  const view = await deployment.reaches(jobId, 'completed')
  expect(view).toMatchObject({ result: { text: 'hallo' }, textEnd: 5, label: 'Halfway' })
  await waitFor(() => signal.aborted)
  expect(deployment.tap.ofJob(jobId).map(({ type }) => type)).toEqual([
    'JOB_CREATED',
    'JOB_QUEUED',
    'JOB_STARTED',
    'JOB_RUNNING',
    'JOB_PROGRESS',
    'JOB_PROGRESS',
    'JOB_CHUNK',
    'JOB_COMPLETED',
  ])
})

it('takes up no place among the jobs that run, and leaves none in the list when it is cancelled', async () => {
  const { deployment, redis, create } = await open()
  const waiting = [await create(), await create(), await create()]
  for (const jobId of waiting) await deployment.reaches(jobId, 'running')
  const shout = await deployment.createJob('shout', {})
  await deployment.reaches(shout, 'completed')
  const offered = () => redis.llen(`hw:{work:${TYPE}}`)
  await expect.poll(offered).toBe(3)
  for (const jobId of waiting) await deployment.cancel(jobId)
  for (const jobId of waiting) await deployment.reaches(jobId, 'cancelled')
  expect(await offered()).toBe(0)
})

it('cancels within a second, whether its worker hears of it or not, and shows nothing of it any more', async () => {
  const { deployment, redis, take, hold, create } = await open()
  const jobId = await create()
  const { userId } = deployment
  const { signal } = hold(await take())
  await publishJobProgress(redis, jobId, userId, 'running', 'At work', 30, { attempt: 1 })
  const startedAt = performance.now()
  await deployment.cancel(jobId)
  const view = await deployment.reaches(jobId, 'cancelled')
  expect(performance.now() - startedAt).toBeLessThan(1_000)
  expect(view).toMatchObject({ progress: 30, label: 'At work' })
  await waitFor(() => signal.aborted)

  const before = deployment.tap.ofJob(jobId).length
  const late = { attempt: 1 }
  expect((await publishJobChunk(redis, jobId, userId, 'late', late)).outcome).toBe('fenced')
  expect((await publishJobProgress(redis, jobId, userId, '', 'late', 99, late)).outcome).toBe('fenced')
  await publishJobComplete(redis, jobId, userId, 'late', 1, late)
  await waitFor(async () => (await deployment.engine.reports.backlog()).waiting === 0)
  await deployment.publish(jobId)
  expect(deployment.tap.ofJob(jobId)).toHaveLength(before)
  expect(await deployment.view(jobId)).toEqual(view)
})

it('gives a job whose worker has fallen silent to the next one, behind the checkpoint, and fences the first', async () => {
  const { deployment, redis, take, hold, create } = await open()
  const jobId = await create()
  const { userId } = deployment
  await take('first', 1)
  await publishJobChunk(redis, jobId, userId, 'kept', { attempt: 1 })
  await publishJobCheckpoint(redis, jobId, userId, 'read', { rows: 3 }, { attempt: 1 })
  await expect.poll(() => readJobCheckpoint(redis, jobId)).toBeDefined()
  await publishJobChunk(redis, jobId, userId, ' lost', { attempt: 1 })

  const second = await take('second')
  hold(second)
  expect(second).toMatchObject({ attempt: 2, checkpoint: { step: 'read', data: { rows: 3 } } })
  expect((await publishJobChunk(redis, jobId, userId, ' zombie', { attempt: 1 })).outcome).toBe('fenced')
  await publishJobComplete(redis, jobId, userId, 'zombie', 1, { attempt: 1 })
  await publishJobChunk(redis, jobId, userId, ' on', { attempt: 2 })
  await publishJobComplete(redis, jobId, userId, 'second', 1, { attempt: 2 })
  expect(await deployment.reaches(jobId, 'completed')).toMatchObject({ result: 'second', attempt: 2 })
  expect(await deployment.text(jobId)).toBe('kept on')
})

it('offers an attempt again that was taken out of the list by a worker that ended there', async () => {
  const { deployment, redis, take, hold, create } = await open()
  const jobId = await create()
  await waitFor(() => redis.rpop(`hw:{work:${TYPE}}`))
  hold(await take())
  await publishJobComplete(redis, jobId, deployment.userId, 'done', 1, { attempt: 1 })
  expect(await deployment.reaches(jobId, 'completed')).toMatchObject({ attempt: 1 })
})

it('begins anew behind the checkpoint when Redis forgets everything, with the text as it was then', async () => {
  const { deployment, redis, take, hold, create } = await open()
  const jobId = await create()
  const { userId } = deployment
  const first = hold(await take('first'))
  await publishJobChunk(redis, jobId, userId, 'kept', { attempt: 1 })
  await publishJobCheckpoint(redis, jobId, userId, 'read', 1, { attempt: 1 })
  await expect.poll(() => readJobCheckpoint(redis, jobId)).toBeDefined()
  const { end } = await publishJobChunk(redis, jobId, userId, ' lost', { attempt: 1 })
  await isAskedForTextFrom(redis, jobId, end)
  await redis.flushall()
  expect((await publishJobChunk(redis, jobId, userId, ' late', { attempt: 1 })).outcome).toBe('fenced')
  await waitFor(() => first.signal.aborted)

  const second = await take('second')
  hold(second)
  expect(second).toMatchObject({ attempt: 2, checkpoint: { step: 'read', data: 1 } })
  await publishJobChunk(redis, jobId, userId, ' on', { attempt: 2 })
  await publishJobComplete(redis, jobId, userId, 'done', 1, { attempt: 2 })
  expect(await deployment.reaches(jobId, 'completed')).toMatchObject({ attempt: 2, textEnd: 7 })
  expect(await deployment.text(jobId)).toBe('kept on')
})

it('offers a job again when Redis has forgotten everything before anybody had it', async () => {
  const { deployment, redis, take, hold, create } = await open()
  const jobId = await create()
  await waitFor(() => redis.llen(`hw:{work:${TYPE}}`))
  await redis.flushall()
  hold(await take())
  await publishJobChunk(redis, jobId, deployment.userId, 'done')
  await publishJobComplete(redis, jobId, deployment.userId, 'done', 1)
  expect(await deployment.reaches(jobId, 'completed')).toMatchObject({ attempt: 1, textEnd: 4 })
})

it('counts the time of an attempt from when a worker has it', async () => {
  const { deployment, take, hold, create } = await open({ timeoutMs: 1_500 })
  const jobId = await create()
  await expect.poll(async () => (await deployment.view(jobId)).label).toContain('Waits')
  await expect
    .poll(async () => Date.now() - Date.parse((await deployment.view(jobId)).startedAt!))
    .toBeGreaterThan(2_000)
  expect((await deployment.view(jobId)).state).toBe('running')
  hold(await take())
  expect(await deployment.reaches(jobId, 'failed')).toMatchObject({ errorCode: 'timeout' })
})

it('tries a failed attempt again as often as the operation allows', async () => {
  const { deployment, redis, take, hold, create } = await open()
  const jobId = await create()
  const { userId } = deployment
  for (const attempt of [1, 2]) {
    const job = await take(`worker-${attempt}`)
    hold(job)
    expect(job.attempt).toBe(attempt)
    await publishJobError(redis, jobId, userId, `failure ${attempt}`, true, { attempt })
  }
  expect(await deployment.reaches(jobId, 'failed')).toMatchObject({ error: 'failure 2', attempt: 2 })
})

it('gives held jobs back to the queue when its process stops, and their workers are told', async () => {
  const { deployment, worker, redis, create } = await open()
  const jobId = await create()
  await expect.poll(() => redis.llen(`hw:{work:${TYPE}}`)).toBe(1)
  await worker.close()
  expect(await deployment.reaches(jobId, 'queued')).toMatchObject({ attempt: 1 })
  expect(await redis.llen(`hw:{work:${TYPE}}`)).toBe(0)
  expect(await new WorkOffers(redis).take({ jobId, attempt: 1 }, { worker: 'late', seconds: 5 })).toBe('gone')
})

it('is written down in a file, too', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'headway-external-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const load = async (content: string, others = [translate()]) => {
    const path = join(folder, 'operations.json')
    await writeFile(path, content)
    return loadExternalOperations(path, others)
  }
  const inputSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  const one = { type: 'count', description: 'Counts.', inputSchema, timeoutMs: 1_000 }
  const [count] = await load(JSON.stringify([one]))
  expect(count).toMatchObject({ ...one, isExternal: true, maxFailures: 3 })
  expect(count!.parseInput({ n: 3, more: true })).toEqual({ n: 3, more: true })

  for (const [content, problem] of [
    ['{', /JSON/],
    [JSON.stringify([{ ...one, timeoutMs: 0 }]), /timeoutMs of count is 0/],
    [JSON.stringify([{ ...one, type: 'a b' }]), /"a b"/],
    [JSON.stringify([{ ...one, inputSchema: { type: 'string' } }]), /inputSchema/],
    [JSON.stringify([{ ...one, browser: true }]), /browser/],
    [JSON.stringify([one, one]), /two operations of the type count/],
    [JSON.stringify([{ ...one, type: TYPE }]), /two operations of the type translate/],
  ] as const) {
    await expect(load(content)).rejects.toThrow(problem)
    await expect(load(content)).rejects.toThrow(ExternalOperationsError)
  }
})
