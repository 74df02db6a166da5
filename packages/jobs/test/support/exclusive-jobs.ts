import type { Attempt, JobEngine } from '../../src/index.ts'
import { createTestJob, type TestJob } from './test-engine.ts'

export const LEASE = { workerId: 'worker-1', leaseMs: 15_000 }

/** A job as an exclusive operation makes them, in the queue. */
export async function createExclusive(engine: JobEngine, userId: string, priority = 0): Promise<TestJob> {
  const job = await createTestJob(engine, userId)
  const set = { exclusive: true, priority }
  await engine.db.updateTable('jobs').set(set).where('job_id', '=', job.jobId).execute()
  await engine.relay.flush(job.channels)
  return job
}

export async function rowOf(engine: JobEngine, { jobId }: TestJob) {
  return engine.db.selectFrom('jobs').where('job_id', '=', jobId).selectAll().executeTakeFirstOrThrow()
}

/** What a worker does with the job's newest turn. */
export async function take(engine: JobEngine, job: TestJob): Promise<Attempt | undefined> {
  const { dispatch } = await rowOf(engine, job)
  const attempt = await engine.attempts.claim({ jobId: job.jobId, dispatch, ...LEASE })
  if (!attempt) await engine.attempts.putOff({ jobId: job.jobId, dispatch })
  return attempt
}

/** Its turn has come: no worker has to wait for it. */
export async function isDue(engine: JobEngine, job: TestJob): Promise<boolean> {
  const { not_before: notBefore } = await rowOf(engine, job)
  return notBefore !== null && notBefore.getTime() <= Date.now()
}
