import { createHash } from 'node:crypto'
import { jobChannel } from '@headway/events'
import { startTestRedis, waitFor } from '@headway/test-kit'
import { sql } from 'kysely'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { JobText } from '../src/artifacts/job-text.ts'
import type { JobEngine } from '../src/index.ts'
import { Reconciler } from '../src/queue/reconciler.ts'
import {
  createTestJob,
  openTestDatabase,
  openTestEngine,
  silentLogger,
  typesOf,
  type TestJob,
} from './support/test-engine.ts'

async function claim(engine: JobEngine, { jobId }: TestJob, leaseMs = 15_000, dispatch = 1) {
  const attempt = await engine.attempts.claim({ jobId, dispatch, workerId: 'w1', leaseMs })
  if (attempt === undefined) throw new Error(`Job ${jobId} was not claimed`)
  return attempt
}

async function endLease(engine: JobEngine, { jobId }: TestJob): Promise<void> {
  await engine.db
    .updateTable('jobs')
    .set({ lease_until: sql<Date>`now() - interval '1 second'` })
    .where('job_id', '=', jobId)
    .execute()
}

describe('Reconciler', () => {
  it('brings back the turns that a flushed Redis has forgotten (J20)', async () => {
    const redis = await startTestRedis()
    onTestFinished(() => redis.stop())
    const test = await openTestEngine({ redisUrl: redis.url })
    const job = await createTestJob(test.engine)
    await test.engine.relay.flush(job.channels)
    await test.redis.flushall()
    expect(await test.engine.queue.has({ jobId: job.jobId, dispatch: 1 })).toBe(false)

    await test.engine.reconciler.run()
    expect(await test.engine.queue.has({ jobId: job.jobId, dispatch: 1 })).toBe(true)
    // The same turn, so nothing new is told.
    expect(await test.engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'queued', version: 2 })
    expect(await claim(test.engine, job)).toMatchObject({ attempt: 1 })
  })

  it('runs when a Redis comes that knows nothing (J23)', async () => {
    const redis = await startTestRedis()
    const test = await openTestEngine({ redisUrl: redis.url, reconcileIntervalMs: 60_000 })
    const job = await createTestJob(test.engine)
    await test.engine.relay.flush(job.channels)
    // No relay offers the turn again: it was published too long ago.
    await test.engine.db.deleteFrom('outbox').execute()
    test.engine.reconciler.start()
    await redis.stop()
    const anew = await startTestRedis({ port: Number(new URL(redis.url).port) })
    onTestFinished(() => anew.stop())
    await waitFor(() => test.engine.queue.has({ jobId: job.jobId, dispatch: 1 }))
    expect(await claim(test.engine, job)).toMatchObject({ attempt: 1 })
  })

  it('leaves a turn to the relay that is still to hand it over (J21)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    await engine.reconciler.run()
    expect(await engine.queue.has({ jobId: job.jobId, dispatch: 1 })).toBe(false)
    await engine.relay.flush(job.channels)
    expect(await engine.queue.has({ jobId: job.jobId, dispatch: 1 })).toBe(true)
  })

  it('takes a job from a worker whose lease has ended (J22)', async () => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    const lost = await claim(engine, job)
    await endLease(engine, job)
    await engine.reconciler.run()
    await engine.relay.flush(job.channels)

    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'queued', version: 4 })
    const sent = await messages(jobChannel(job.jobId))
    expect(typesOf(sent)).toEqual(['JOB_CREATED', 'JOB_QUEUED', 'JOB_STARTED', 'JOB_QUEUED'])
    expect(sent.at(-1)?.payload).toMatchObject({ version: 4, reason: 'worker-lost' })
    expect(await engine.queue.has({ jobId: job.jobId, dispatch: 2 })).toBe(true)
    await expect(lost.complete({})).rejects.toThrow('has lost the job')
  })

  it('leaves a job to a worker that renews its lease (J22)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    await claim(engine, job)
    await endLease(engine, job)
    await engine.attempts.renewLeases('w1', { leaseMs: 15_000, jobIds: [job.jobId] })
    await engine.reconciler.run()
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'running' })
  })

  it('leaves a job to a worker whose renewal commits at the same moment (J22)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    await claim(engine, job)
    await endLease(engine, job)
    await engine.db.transaction().execute(async (trx) => {
      await trx
        .updateTable('jobs')
        .set({ lease_until: sql<Date>`now() + interval '15 seconds'` })
        .execute()
      await engine.reconciler.run()
    })
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'running' })
  })

  it('looks again at a job when its turn comes: it may have been renewed, or asked anew, meanwhile (J22, J35)', async () => {
    const { engine, redis } = await openTestEngine()
    for (const change of [
      { state: 'running', lease_until: sql<Date>`now()`, cancel_requested_at: new Date() } as const,
      { state: 'waiting', question: '{"name":"q"}', question_until: sql<Date>`now()` } as const,
    ]) {
      const jobs = [await createTestJob(engine), await createTestJob(engine)]
      const jobIds = jobs.map(({ jobId }) => jobId)
      for (const job of jobs) await claim(engine, job)
      await engine.db.updateTable('jobs').set(change).where('job_id', 'in', jobIds).execute()
      // While the one is ended, whichever comes first, the other one gets more time.
      const finish = async (jobId: string) => {
        const later = sql<Date>`now() + interval '1 minute'`
        const times = { lease_until: later, question_until: later }
        await engine.db
          .updateTable('jobs')
          .set(times)
          .where('job_id', 'in', jobIds)
          .where('job_id', '<>', jobId)
          .execute()
        return {}
      }
      const text = { finish, expire: async () => {} } as unknown as JobText
      await new Reconciler({ ...engine, redis, text, logger: silentLogger }).run()
      const views = await Promise.all(jobs.map(({ userId, jobId }) => engine.jobs.view(userId, jobId)))
      expect(views.filter((view) => view?.state === change.state)).toHaveLength(1)
    }
  })

  it('is not held up by a worker that froze in the middle of a change (J22)', async () => {
    const { engine } = await openTestEngine()
    const [frozen, other] = [await createTestJob(engine), await createTestJob(engine)]
    for (const job of [frozen, other]) {
      await claim(engine, job)
      await endLease(engine, job)
    }
    await engine.db.transaction().execute(async (trx) => {
      await trx.selectFrom('jobs').where('job_id', '=', frozen.jobId).selectAll().forUpdate().execute()
      await engine.reconciler.run()
      expect(await engine.jobs.view(other.userId, other.jobId)).toMatchObject({ state: 'queued' })
    })
    await engine.reconciler.run()
    expect(await engine.jobs.view(frozen.userId, frozen.jobId)).toMatchObject({ state: 'queued' })
  })

  it('ends a job that was to be cancelled when its worker was lost (J22)', async () => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    const attempt = await claim(engine, job)
    await attempt.running()
    await attempt.chunk('so far')
    await attempt.flush()
    await engine.jobs.cancel({ ...job, reason: 'enough', by: 'user' })
    await endLease(engine, job)
    await engine.reconciler.run()
    await engine.relay.flush(job.channels)
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'cancelled', textEnd: 6 })
    expect((await messages(jobChannel(job.jobId))).at(-1)).toMatchObject({
      type: 'JOB_CANCELLED',
      payload: {
        reason: 'enough',
        by: 'user',
        textEnd: 6,
        textSha256: createHash('sha256').update('so far').digest('hex'),
      },
    })
    expect((await engine.text.read(job.jobId, 0, 100)).text.toString()).toBe('so far')
  })

  it('fails a job that has lost five workers in a row without completing a step (J22)', async () => {
    const { engine, messages } = await openTestEngine()
    const job = await createTestJob(engine)
    const lose = async (dispatch: number) => {
      const attempt = await claim(engine, job, 15_000, dispatch)
      await attempt.running()
      await attempt.chunk('x')
      await attempt.flush()
      if (dispatch === 4) {
        await attempt.beginStep('a')
        await attempt.completeStep('a', null, 1)
      }
      await endLease(engine, job)
      await engine.reconciler.run()
      return engine.jobs.view(job.userId, job.jobId)
    }
    // The step that is completed at the fourth begins the count anew.
    for (let dispatch = 1; dispatch <= 7; dispatch += 1) {
      expect(await lose(dispatch)).toMatchObject({ state: 'queued' })
    }
    expect(await lose(8)).toMatchObject({ state: 'failed', errorCode: 'worker_lost', textEnd: 2 })
    await engine.relay.flush(job.channels)
    expect((await messages(jobChannel(job.jobId))).at(-1)).toMatchObject({
      type: 'JOB_FAILED',
      payload: { attempt: 8, code: 'worker_lost', retryable: true, textEnd: 2 },
    })

    expect((await engine.jobs.resume(job)).outcome).toBe('resumed')
    expect(await lose(9)).toMatchObject({ state: 'queued' })
  })

  it('does each thing once when several run at the same time (J22)', async () => {
    const databaseUrl = await openTestDatabase()
    const engines = [await openTestEngine({ databaseUrl }), await openTestEngine({ databaseUrl })]
    const { engine } = engines[0]!
    const job = await createTestJob(engine)
    await claim(engine, job)
    await endLease(engine, job)
    await Promise.all(engines.map(({ engine }) => engine.reconciler.run()))
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'queued', version: 4 })
  })

  it('comes earlier when a lease ends before its interval (J23)', async () => {
    const { engine } = await openTestEngine({ reconcileIntervalMs: 60_000 })
    const job = await createTestJob(engine)
    await claim(engine, job, 1_500)
    engine.reconciler.start()
    const queued = await waitFor(async () => {
      const view = await engine.jobs.view(job.userId, job.jobId)
      return view?.state === 'queued' ? view : undefined
    })
    expect(queued.version).toBe(4)
  })

  it('comes in time for a lease that began after its last run (J23)', async () => {
    const { engine } = await openTestEngine({ reconcileIntervalMs: 60_000 })
    const first = await createTestJob(engine)
    await engine.db.updateTable('jobs').set({ state: 'created' }).execute()
    engine.reconciler.start()
    await waitFor(async () => (await engine.jobs.view(first.userId, first.jobId))?.state === 'queued')
    const job = await createTestJob(engine)
    await claim(engine, job, 1_000)
    const isQueued = async () => (await engine.jobs.view(job.userId, job.jobId))?.state === 'queued'
    expect(await waitFor(isQueued, { timeoutMs: 10_000 })).toBe(true)
  })

  it('queues a job that was only created (J20)', async () => {
    const { engine } = await openTestEngine()
    const job = await createTestJob(engine)
    await engine.db.updateTable('jobs').set({ state: 'created' }).execute()
    await engine.reconciler.run()
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'queued', version: 3 })
  })

  it('takes jobs from lost workers also while Redis is away (J22)', async () => {
    const redis = await startTestRedis()
    const test = await openTestEngine({ redisUrl: redis.url })
    const job = await createTestJob(test.engine)
    await claim(test.engine, job)
    await endLease(test.engine, job)
    await redis.stop()
    await test.engine.reconciler.run()
    expect(await test.engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'queued' })
  })
})
