import { sql } from 'kysely'
import { waitFor } from '@headway/test-kit'
import { describe, expect, it } from 'vitest'
import type { JobEngine } from '../src/index.ts'
import { createTestJob, openTestEngine } from './support/test-engine.ts'

const workerId = 'w1'

async function claimJobs(engine: JobEngine, count: number, leaseMs = 15_000) {
  const jobs = []
  for (let n = 0; n < count; n += 1) {
    const job = await createTestJob(engine)
    const attempt = await engine.attempts.claim({ jobId: job.jobId, dispatch: 1, workerId, leaseMs })
    if (attempt === undefined) throw new Error(`Job ${job.jobId} was not claimed`)
    jobs.push({ ...job, attempt })
  }
  return jobs
}

/** Runs `work` while another transaction holds the job's row, as a slow write of the worker itself does. */
function whileHeld<T>(engine: JobEngine, jobId: string, work: () => Promise<T>): Promise<T> {
  return engine.db.transaction().execute(async (trx) => {
    await trx.selectFrom('jobs').where('job_id', '=', jobId).select('job_id').forUpdate().execute()
    return work()
  })
}

async function leaseMsOf(engine: JobEngine, jobId: string): Promise<number> {
  const { ms } = await engine.db
    .selectFrom('jobs')
    .where('job_id', '=', jobId)
    .select(sql<number>`(extract(epoch from lease_until - clock_timestamp()) * 1000)::float8`.as('ms'))
    .executeTakeFirstOrThrow()
  return ms
}

describe('leases of a worker with a slow write', () => {
  it('are renewed for its other jobs, which nobody takes from it (J26)', async () => {
    const { engine } = await openTestEngine()
    const leaseMs = 1_500
    const [slow, ...others] = await claimJobs(engine, 4, leaseMs)
    const jobIds = [slow!, ...others].map(({ jobId }) => jobId)
    const longerThanALease = performance.now() + leaseMs * 2

    await whileHeld(engine, slow!.jobId, async () => {
      while (performance.now() < longerThanALease) {
        const held = await engine.attempts.renewLeases(workerId, { leaseMs, jobIds })
        expect(held.map(({ jobId }) => jobId).toSorted()).toEqual(jobIds.toSorted())
        await engine.reconciler.run()
        await new Promise((resolve) => setTimeout(resolve, leaseMs / 3))
      }
    })
    for (const { userId, jobId } of others) {
      expect(await engine.jobs.view(userId, jobId)).toMatchObject({ state: 'running', attempt: 1 })
    }
  })

  it('are renewed for the job of the write itself, as soon as it is done (J26)', async () => {
    const { engine } = await openTestEngine()
    const [slow] = await claimJobs(engine, 1, 300)
    await whileHeld(engine, slow!.jobId, async () => {
      await waitFor(async () => (await leaseMsOf(engine, slow!.jobId)) < 0)
      await engine.attempts.renewLeases(workerId, { leaseMs: 15_000, jobIds: [slow!.jobId] })
      await waitForLockWaiter(engine)
    })
    await waitFor(async () => (await leaseMsOf(engine, slow!.jobId)) > 10_000)
    await engine.reconciler.run()
    expect(await engine.jobs.view(slow!.userId, slow!.jobId)).toMatchObject({ state: 'running' })
  })

  it('tell of a wish to cancel, and of a job that is another attempt’s (J26)', async () => {
    const { engine } = await openTestEngine()
    const [cancelled, lost] = await claimJobs(engine, 2)
    await engine.jobs.cancel({ ...cancelled!, by: 'user' })
    await engine.db.updateTable('jobs').set({ worker_id: 'w2' }).where('job_id', '=', lost!.jobId).execute()
    const jobIds = [cancelled!.jobId, lost!.jobId]
    const renew = async () => {
      const held = await engine.attempts.renewLeases(workerId, { leaseMs: 15_000, jobIds })
      return held.map(({ jobId, cancelRequested }) => ({ jobId, cancelRequested }))
    }
    const expected = [{ jobId: cancelled!.jobId, cancelRequested: true }]
    expect(await renew()).toEqual(expected)
    expect(await whileHeld(engine, cancelled!.jobId, renew)).toEqual(expected)
    expect(await whileHeld(engine, lost!.jobId, renew)).toEqual(expected)
  })
})

describe('a file that is slow to be stored', () => {
  it('holds no row of the job meanwhile (J30)', async () => {
    const { engine } = await openTestEngine()
    const [job] = await claimJobs(engine, 1)
    await job!.attempt.running()
    const stored = Promise.withResolvers<void>()
    const put = engine.artifacts.put.bind(engine.artifacts)
    engine.artifacts.put = async (key, data) => {
      await stored.promise
      await put(key, data)
    }
    const written = job!.attempt.artifact('page.txt', 'text', 'text/plain')
    await engine.db.transaction().execute(async (trx) => {
      await trx
        .selectFrom('jobs')
        .where('job_id', '=', job!.jobId)
        .select('job_id')
        .forUpdate()
        .noWait()
        .execute()
    })
    stored.resolve()
    expect(await written).toMatchObject({ name: 'page.txt', size: 4 })
  })
})

async function waitForLockWaiter(engine: JobEngine): Promise<void> {
  await waitFor(async () => {
    const { rows } = await sql`select from pg_stat_activity
      where wait_event_type = 'Lock' and datname = current_database()`.execute(engine.db)
    return rows.length > 0
  })
}
