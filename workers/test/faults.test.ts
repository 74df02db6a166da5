import { createHash } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { connectRedis } from '@headway/event-log'
import { startTestRedis, waitFor } from '@headway/test-kit'
import { afterEach, describe, expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { defineOperation } from '../src/define-operation.ts'
import { loadOperations } from '../src/load-operations.ts'
import { Deployment } from './support/deployment.ts'
import { testLogger } from './support/test-logger.ts'

let deployment: Deployment
afterEach(() => deployment.close())

const none = z.object({})

/** Waits for a word of the test, whatever it is told. */
function held() {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { wait: promise, release: resolve }
}

describe('an operation that ignores its signal', () => {
  it('fails with a timeout, and can say nothing more', async () => {
    deployment = await Deployment.open()
    const gate = held()
    const late: unknown[] = []
    const stubborn = defineOperation({
      type: 'stubborn',
      description: 'Does not stop.',
      input: none,
      timeoutMs: 200,
      async run(ctx) {
        await ctx.chunk('before ')
        await gate.wait
        await ctx.progress(99, 'too late')
        await ctx.chunk('after')
        await ctx.artifact('late.txt', 'late', 'text/plain').catch((error: unknown) => late.push(error))
        await ctx.step('late', () => 1).catch((error: unknown) => late.push(error))
        late.push('end')
      },
    })
    await deployment.startWorker({ operations: [stubborn] })
    const jobId = await deployment.createJob('stubborn', {})
    const [failed] = await deployment.tap.sees(jobId, 'JOB_FAILED')
    expect(failed?.payload).toMatchObject({ code: 'timeout', retryable: true, attempt: 1, textEnd: 7 })

    gate.release()
    await waitFor(() => late.length === 3)
    await deployment.publish(jobId)
    expect(late.slice(0, 2).every((error) => error instanceof Error)).toBe(true)
    expect(deployment.tap.ofJob(jobId).at(-1)?.type).toBe('JOB_FAILED')
    expect(await deployment.text(jobId)).toBe('before ')
    expect((await deployment.view(jobId)).artifacts).toEqual([])
  })

  it('is cancelled all the same, after the grace period', async () => {
    deployment = await Deployment.open()
    await deployment.startWorker()
    const jobId = await deployment.createJob('rehearse', { steps: 1, stepMs: 3000, ignoreAbort: true })
    await deployment.tap.sees(jobId, 'JOB_STEP')
    await deployment.cancel(jobId)
    const [cancelled] = await deployment.tap.sees(jobId, 'JOB_CANCELLED', 1, 2500)
    expect(cancelled?.payload).toMatchObject({ by: 'user' })
  })
})

describe('an attempt that has lost its job', () => {
  it('can write nothing, and ends in silence', async () => {
    deployment = await Deployment.open()
    const { engine, tap, userId } = deployment
    const gate = held()
    const errors: unknown[] = []
    const zombie = defineOperation({
      type: 'zombie',
      description: 'Goes on after it was shut out.',
      input: none,
      timeoutMs: 60_000,
      async run(ctx) {
        if (ctx.attempt > 1) return 'the second attempt'
        await ctx.chunk('first ')
        await gate.wait
        await ctx.tell('CUSTOMER_UPDATE_PROGRESS', { customerId: '7', progress: 50, label: 'zombie' })
        await ctx.progress(50, 'zombie')
        await ctx.chunk('zombie')
        await ctx.step('zombie', () => 1).catch((error: unknown) => errors.push(error))
        await ctx.artifact('zombie.txt', 'zombie', 'text/plain').catch((error: unknown) => errors.push(error))
        return 'the first attempt'
      },
    })
    // Its heartbeat would find out; this test is about the writes.
    await deployment.startWorker({ operations: [zombie], heartbeatMs: 60_000, leaseMs: 60_000 })
    const jobId = await deployment.createJob('zombie', {})
    await tap.sees(jobId, 'JOB_CHUNK')

    // Another attempt takes the job behind its back, as after a lost lease.
    await engine.db
      .updateTable('jobs')
      .set({ attempt: 2, worker_id: 'another' })
      .where('job_id', '=', jobId)
      .execute()
    await engine.eventLog.setFence(jobId, userId, 2)
    const before = tap.ofJob(jobId).length
    const toldBefore = tap.ofUser(userId).length
    gate.release()
    await waitFor(() => errors.length === 2)
    const names = errors.map((error) => (error as Error).name)
    expect(names.every((name) => name === 'JobAbortedError' || name === 'FencedError')).toBe(true)

    await delay(300)
    expect(tap.ofJob(jobId).slice(before)).toEqual([])
    expect(tap.ofUser(userId).slice(toldBefore)).toEqual([])
    expect(await deployment.view(jobId)).toMatchObject({
      state: 'running',
      attempt: 2,
      result: null,
      artifacts: [],
    })
  })

  it('is told to stop by its heartbeat', async () => {
    deployment = await Deployment.open()
    const reasons: unknown[] = []
    const patient = defineOperation({
      type: 'patient',
      description: 'Waits until it is told to stop.',
      input: none,
      timeoutMs: 60_000,
      async run(ctx) {
        if (ctx.attempt > 1) return
        await delay(60_000, undefined, { signal: ctx.signal }).catch(() => reasons.push(ctx.signal.reason))
      },
    })
    await deployment.startWorker({ operations: [patient] })
    const jobId = await deployment.createJob('patient', {})
    await deployment.tap.sees(jobId, 'JOB_RUNNING')
    await deployment.engine.db
      .updateTable('jobs')
      .set({ attempt: 2, worker_id: 'another' })
      .where('job_id', '=', jobId)
      .execute()
    await waitFor(() => reasons.length === 1)
    expect(reasons[0]).toMatchObject({ kind: 'lost' })
  })
})

describe('a Redis that forgets everything in mid-job', () => {
  it('gets the whole text again, and the job completes', async () => {
    deployment = await Deployment.open({ ownRedis: true })
    const { tap } = deployment
    await deployment.startWorker()
    const jobId = await deployment.createJob('rehearse', { steps: 10, stepMs: 100, chunkBytes: 300 })
    await tap.sees(jobId, 'JOB_CHUNK', 4)
    await flushRedis(deployment.redisUrl)

    const [completed] = await tap.sees(jobId, 'JOB_COMPLETED')
    const text = await deployment.text(jobId)
    expect(Buffer.byteLength(text)).toBe(3000)
    expect(text.match(/\[\d+]/g)).toEqual(Array.from({ length: 10 }, (_, index) => `[${index + 1}]`))
    const textSha256 = createHash('sha256').update(text).digest('hex')
    expect(completed?.payload).toMatchObject({ textEnd: 3000, textSha256, attempt: 1 })
    // What was sent, laid over each other by offset, is the text too.
    const seen = Buffer.alloc(3000)
    for (const { payload } of tap.ofJob(jobId, 'JOB_CHUNK')) seen.write(payload.text, payload.offset)
    expect(seen.toString()).toBe(text)
    expect(tap.ofJob(jobId, 'JOB_PROGRESS').at(-1)?.payload).toMatchObject({ progress: 100 })
  })

  it('loses the text of earlier attempts, and the next one says so', async () => {
    deployment = await Deployment.open({ ownRedis: true })
    const { tap } = deployment
    const first = await deployment.startWorker()
    const jobId = await deployment.createJob('rehearse', { steps: 3, stepMs: 400, chunkBytes: 100 })
    await tap.sees(jobId, 'JOB_CHECKPOINT')
    await first.close()
    await flushRedis(deployment.redisUrl)
    await deployment.startWorker()

    await tap.sees(jobId, 'JOB_COMPLETED')
    const running = tap.ofJob(jobId, 'JOB_RUNNING').at(-1)?.payload
    expect(running).toMatchObject({ attempt: 2, resumedFrom: 'step-1', textOffset: 0 })
    expect((await deployment.text(jobId)).match(/\[\d]/g)).toEqual(['[2]', '[3]'])
  })
})

describe('a worker that stops', () => {
  it('gives its jobs back at once, and another one goes on after the last completed step', async () => {
    deployment = await Deployment.open()
    const { tap } = deployment
    const first = await deployment.startWorker()
    const jobId = await deployment.createJob('rehearse', { steps: 3, stepMs: 500, chunkBytes: 100 })
    await tap.sees(jobId, 'JOB_CHECKPOINT')
    const start = performance.now()
    await first.close()
    expect(performance.now() - start).toBeLessThan(2500)
    expect(await deployment.view(jobId)).toMatchObject({ state: 'queued' })

    await deployment.startWorker()
    const [completed] = await tap.sees(jobId, 'JOB_COMPLETED')
    expect(completed?.payload).toMatchObject({ attempt: 2, textEnd: 300 })
    expect(tap.ofJob(jobId, 'JOB_QUEUED').at(-1)?.payload).toMatchObject({ reason: 'worker-lost' })
    const steps = tap.ofJob(jobId, 'JOB_CHECKPOINT').map(({ payload }) => payload.step)
    expect(steps).toEqual(['step-1', 'step-2', 'step-3'])
    expect((await deployment.text(jobId)).match(/\[\d]/g)).toEqual(['[1]', '[2]', '[3]'])
  })
})

describe('two workers', () => {
  it('share the jobs, and run each one once', async () => {
    deployment = await Deployment.open()
    const { tap } = deployment
    await Promise.all([
      deployment.startWorker({ concurrency: 3 }),
      deployment.startWorker({ concurrency: 3 }),
    ])
    const jobIds = await Promise.all(
      Array.from({ length: 12 }, () => deployment.createJob('rehearse', { steps: 2, stepMs: 100 })),
    )
    await Promise.all(jobIds.map((jobId) => tap.sees(jobId, 'JOB_COMPLETED')))
    for (const jobId of jobIds) {
      expect(tap.ofJob(jobId, 'JOB_STARTED')).toHaveLength(1)
      expect(tap.ofJob(jobId, 'JOB_CHECKPOINT')).toHaveLength(2)
    }
  })

  it('leave each other the kinds of work that they do not run', async () => {
    deployment = await Deployment.open()
    const shout = defineOperation({
      type: 'shout',
      description: 'Repeats a word, louder.',
      input: z.object({ word: z.string() }),
      timeoutMs: 1000,
      run: async (ctx) => ({ word: ctx.input.word.toUpperCase() }),
    })
    await deployment.startWorker({ operations: await loadOperations() })
    const jobId = await deployment.createJob('shout', { word: 'hello' })
    await delay(300)
    expect(await deployment.view(jobId)).toMatchObject({ state: 'queued', attempt: 0 })
    await deployment.startWorker({ operations: [shout] })
    expect(await deployment.reaches(jobId, 'completed')).toMatchObject({
      result: { word: 'HELLO' },
      attempt: 1,
    })
  })
})

describe('a Redis that is away for longer than the queue waits for work', () => {
  it('is followed by a worker that takes jobs again, and goes on with those that it had', async () => {
    const first = await startTestRedis()
    deployment = await Deployment.open({ redisUrl: first.url })
    await deployment.startWorker({ leaseMs: 15_000, heartbeatMs: 1000 })
    const before = await deployment.createJob('rehearse', { steps: 60, stepMs: 150, chunkBytes: 50 })
    await deployment.tap.sees(before, 'JOB_CHUNK')
    await first.stop()
    // BullMQ waits for 5 s at a time.
    await delay(7000)
    const meanwhile = await deployment.createJob('rehearse', { steps: 1, stepMs: 0 })
    const second = await startTestRedis({ port: Number(new URL(first.url).port) })
    onTestFinished(() => second.stop())
    const [completed] = await deployment.tap.sees(before, 'JOB_COMPLETED', 1, 60_000)
    expect(completed?.payload).toMatchObject({ attempt: 1, textEnd: 3000 })
    expect((await deployment.text(before)).match(/\[\d+]/g)).toHaveLength(60)
    await deployment.reaches(meanwhile, 'completed', 60_000)
    const later = await deployment.createJob('rehearse', { steps: 1, stepMs: 0 })
    expect(await deployment.reaches(later, 'completed')).toMatchObject({ attempt: 1 })
  }, 180_000)
})

async function flushRedis(url: string): Promise<void> {
  const redis = connectRedis(url, 'queue', { logger: testLogger })
  await redis.flushall()
  redis.disconnect()
}

describe('a job that was claimed for a worker which does not run it', () => {
  it('goes back to the queue although the worker is busy with others', async () => {
    deployment = await Deployment.open()
    const gate = held()
    const long = defineOperation({
      type: 'long',
      description: 'Runs until the test lets it end.',
      input: none,
      timeoutMs: 60_000,
      run: () => gate.wait,
    })
    const worker = await deployment.startWorker({ operations: [long, ...(await loadOperations())] })
    const busy = await deployment.createJob('long', {})
    await deployment.tap.sees(busy, 'JOB_RUNNING')

    // As after a claim whose answer was lost: Postgres went away right after the commit.
    const { engine, userId } = deployment
    const creation = await engine.jobs.create({
      userId,
      operationType: 'rehearse',
      input: { steps: 1, stepMs: 0 },
    })
    if (creation.outcome !== 'created') throw new Error('The job was not created.')
    const { jobId } = creation.response
    await engine.attempts.claim({ jobId, dispatch: 1, workerId: worker.workerId, leaseMs: 2000 })

    expect(await deployment.reaches(jobId, 'completed')).toMatchObject({ attempt: 2 })
    expect(await deployment.view(busy)).toMatchObject({ state: 'running', attempt: 1 })
    gate.release()
    await deployment.reaches(busy, 'completed')
  })
})
