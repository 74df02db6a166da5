import { randomUUID } from 'node:crypto'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { artifactKey, textKey, type JobEngine } from '../src/index.ts'
import { findOrphans } from '../src/retention/orphans.ts'
import { removeEndedJobs } from '../src/retention/remove-ended-jobs.ts'
import { createTestJob, openTestEngine, type TestJob } from './support/test-engine.ts'

const DAY_MS = 24 * 3_600_000
const KEEP_ALL = { maxAgeDays: 30, maxJobsPerUser: 1_000 }

/** A job with a step, a text and an artifact that completed so many days ago. */
async function completedJob(
  engine: JobEngine,
  { userId, daysAgo = 0 }: { userId?: string; daysAgo?: number } = {},
) {
  const job = await createTestJob(engine, userId)
  const attempt = await engine.attempts.claim({ ...job, dispatch: 1, workerId: 'w1', leaseMs: 15_000 })
  await attempt!.running()
  await attempt!.beginStep('one')
  await attempt!.chunk('text')
  await attempt!.completeStep('one', 1, 1)
  const { artifactId } = await attempt!.artifact('page.txt', 'page', 'text/plain')
  await attempt!.complete('done')
  const finishedAt = sql<Date>`now() - make_interval(days => ${daysAgo})`
  await engine.db
    .updateTable('jobs')
    .set({ finished_at: finishedAt })
    .where('job_id', '=', job.jobId)
    .execute()
  return { ...job, artifactId }
}

async function isThere(engine: JobEngine, { userId, jobId }: TestJob): Promise<boolean> {
  return (await engine.jobs.view(userId, jobId)) !== undefined
}

async function rowsOf(engine: JobEngine, table: 'job_steps' | 'job_artifacts', { jobId }: TestJob) {
  return engine.db.selectFrom(table).where('job_id', '=', jobId).select('job_id').execute()
}

describe('retention', () => {
  it('removes jobs that ended long ago, with all that belongs to them, and no other (J49)', async () => {
    const { engine } = await openTestEngine({ retention: KEEP_ALL })
    const old = await completedJob(engine, { daysAgo: 31 })
    const young = await completedJob(engine, { userId: old.userId, daysAgo: 29 })
    const running = await createTestJob(engine, old.userId)
    await engine.attempts.claim({ ...running, dispatch: 1, workerId: 'w1', leaseMs: 15_000 })
    await engine.db
      .updateTable('jobs')
      .set({ created_at: new Date(0), finished_at: new Date(0) })
      .where('job_id', '=', running.jobId)
      .execute()

    expect(await engine.retention.run()).toBe(true)
    expect(await isThere(engine, old)).toBe(false)
    expect(await rowsOf(engine, 'job_steps', old)).toEqual([])
    expect(await rowsOf(engine, 'job_artifacts', old)).toEqual([])
    expect(await engine.artifacts.files(old.jobId)).toEqual([])
    expect(await engine.jobs.resume(old)).toEqual({ outcome: 'not_found' })
    expect(await engine.artifacts.find(old.userId, old.jobId, old.artifactId)).toBeUndefined()

    expect(await isThere(engine, young)).toBe(true)
    expect(await rowsOf(engine, 'job_artifacts', young)).toHaveLength(1)
    expect(await engine.artifacts.files(young.jobId)).toHaveLength(2)
    expect(await isThere(engine, running)).toBe(true)
  })

  it('keeps the newest ended jobs of each user, whatever runs beside them (J49)', async () => {
    const { engine } = await openTestEngine({ retention: { maxAgeDays: 30, maxJobsPerUser: 2 } })
    const first = await completedJob(engine, { daysAgo: 4 })
    const of = { userId: first.userId }
    const others = [
      await completedJob(engine, { ...of, daysAgo: 3 }),
      await completedJob(engine, { ...of, daysAgo: 2 }),
    ]
    const queued = await createTestJob(engine, first.userId)
    const foreign = await completedJob(engine, { daysAgo: 5 })
    await engine.retention.run()
    expect(await isThere(engine, first)).toBe(false)
    for (const kept of [...others, queued, foreign]) expect(await isThere(engine, kept)).toBe(true)
  })

  it('leaves a job whole that is being resumed, whoever comes first (J50)', async () => {
    const { engine } = await openTestEngine({ retention: KEEP_ALL })
    const job = await createTestJob(engine)
    await engine.jobs.cancel({ ...job, by: 'user' })
    const longAgo = { finished_at: sql<Date>`now() - interval '40 days'` }
    await engine.db.updateTable('jobs').set(longAgo).execute()

    // A resume that has not committed holds the row: the run does not wait for it.
    await engine.db.transaction().execute(async (trx) => {
      await trx.selectFrom('jobs').select('job_id').forUpdate().execute()
      expect(await engine.retention.run()).toBe(true)
    })
    expect(await isThere(engine, job)).toBe(true)

    // It was found as an old one, and is queued again when it is to be removed.
    expect((await engine.jobs.resume(job)).outcome).toBe('resumed')
    expect(await removeEndedJobs(engine.db, [job.jobId])).toBe(0)
    expect(await engine.jobs.view(job.userId, job.jobId)).toMatchObject({ state: 'queued' })
  })

  it('removes many in batches, and says when there is more to do (J49)', async () => {
    const { engine } = await openTestEngine({ retention: KEEP_ALL })
    await engine.db
      .insertInto('jobs')
      .columns([
        'job_id',
        'user_id',
        'operation_type',
        'state',
        'version',
        'input',
        'created_at',
        'finished_at',
      ])
      .expression(
        sql`select gen_random_uuid(), 'many', 'rehearse', 'failed', 1, '{}'::json, now(), now() - interval '31 days' + n * interval '1 second'
          from generate_series(1, 750) n`,
      )
      .execute()
    let runs = 1
    while (!(await engine.retention.run())) runs += 1
    expect(runs).toBeLessThan(20)
    expect(await engine.db.selectFrom('jobs').select('job_id').execute()).toEqual([])
    expect(await engine.db.selectFrom('unused_files').selectAll().execute()).toEqual([])
  })

  it('removes files after a crash between the commit and their removal (J51)', async () => {
    const { engine } = await openTestEngine({ retention: KEEP_ALL })
    const job = await completedJob(engine, { daysAgo: 31 })
    await removeEndedJobs(engine.db, [job.jobId])
    expect(await engine.artifacts.files(job.jobId)).toHaveLength(2)
    await engine.retention.run()
    expect(await engine.artifacts.files(job.jobId)).toEqual([])
  })

  it('removes the file that a later artifact of its name has replaced (J51)', async () => {
    const { engine } = await openTestEngine({ retention: KEEP_ALL })
    const job = await createTestJob(engine)
    const attempt = await engine.attempts.claim({ ...job, dispatch: 1, workerId: 'w1', leaseMs: 15_000 })
    await attempt!.running()
    const { artifactId } = await attempt!.artifact('page.txt', 'first', 'text/plain')
    await attempt!.artifact('page.txt', 'second', 'text/plain')
    expect(await engine.artifacts.files(job.jobId)).toHaveLength(2)
    await engine.retention.run()
    expect(await engine.artifacts.files(job.jobId)).toHaveLength(1)
    const { key } = (await engine.artifacts.find(job.userId, job.jobId, artifactId))!
    expect((await engine.artifacts.get(key)).toString()).toBe('second')
  })

  it('finds files that nobody names once they are a day old, and no other (J51)', async () => {
    const { engine } = await openTestEngine({ retention: KEEP_ALL })
    const job = await completedJob(engine)
    const stray = artifactKey(job.jobId, randomUUID())
    const gone = randomUUID()
    await engine.artifacts.put(stray, Buffer.from('x'))
    await engine.artifacts.put(textKey(gone, randomUUID()), Buffer.from('x'))
    expect(await findOrphans(engine.db, engine.artifacts)).toEqual([])
    const inTwoDays = { nowMs: Date.now() + 2 * DAY_MS }
    const orphans = await findOrphans(engine.db, engine.artifacts, inTwoDays)
    expect(orphans.toSorted()).toEqual([stray, `jobs/${gone}/`].toSorted())
  })

  it('takes operations from the list that no worker has named for a week (J52)', async () => {
    const { engine } = await openTestEngine({ retention: KEEP_ALL })
    const operation = { description: '', inputSchema: {}, timeoutMs: 1, exclusive: false, priority: 0 }
    await engine.operations.register(['old', 'new'].map((type) => ({ ...operation, type })))
    const weekAgo = sql<Date>`now() - interval '8 days'`
    await engine.db.updateTable('operations').set({ seen_at: weekAgo }).where('type', '=', 'old').execute()
    await engine.retention.run()
    expect((await engine.operations.list()).map(({ type }) => type)).toEqual(['new'])
  })
})
