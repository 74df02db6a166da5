import { connectRedis } from '@headway/event-log'
import { services, uniqueUserId, waitFor } from '@headway/test-kit'
import { sql } from 'kysely'
import { expect, it, onTestFinished } from 'vitest'
import { preemptChannel, type JobEngine } from '../src/index.ts'
import { transition } from '../src/transitions/transition.ts'
import { createExclusive, isDue, rowOf, take } from './support/exclusive-jobs.ts'
import { openTestEngine, silentLogger, type TestJob } from './support/test-engine.ts'

/** Ends a running job, and holds the transaction open until the returned function is called. */
async function endSlowly(engine: JobEngine, { jobId }: TestJob): Promise<() => Promise<void>> {
  const hasChanged = Promise.withResolvers<void>()
  const mayCommit = Promise.withResolvers<void>()
  const ended = engine.db.transaction().execute(async (trx) => {
    await transition(trx, { jobId, from: ['running'], to: 'completed', messages: [] })
    hasChanged.resolve()
    await mayCommit.promise
  })
  await hasChanged.promise
  return async () => {
    mayCommit.resolve()
    await ended
  }
}

async function someoneWaits(engine: JobEngine): Promise<boolean> {
  const { rows } = await sql`
    select from pg_locks join pg_database on pg_database.oid = pg_locks.database
    where locktype = 'advisory' and not granted and datname = current_database()`.execute(engine.db)
  return rows.length > 0
}

it('overlooks nobody who begins to wait while the running one ends (J39)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const running = await createExclusive(engine, userId)
  await take(engine, running)
  const late = await createExclusive(engine, userId)

  const commit = await endSlowly(engine, running)
  let hasWaited = false
  const decision = engine.attempts
    .putOff({ jobId: late.jobId, dispatch: 1 })
    .finally(() => (hasWaited = true))
  await waitFor(async () => hasWaited || (await someoneWaits(engine)))
  await commit()
  expect(await decision).toBe('free')
  expect(await take(engine, late)).toBeDefined()
})

it('does not let a younger job come between two that wait for each other (J39)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const running = await take(engine, await createExclusive(engine, userId))
  const next = await createExclusive(engine, userId)
  await take(engine, next)
  // The order is that of milliseconds.
  await waitFor(async () => Date.now() > (await rowOf(engine, next)).created_at.getTime())
  const younger = await createExclusive(engine, userId)

  await running!.complete(null)
  expect(await take(engine, younger)).toBeUndefined()
  expect(await take(engine, next)).toBeDefined()
})

it('gives the next one its turn when the more urgent one that it waits for is cancelled (J39)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const running = await take(engine, await createExclusive(engine, userId, 9))
  const urgent = await createExclusive(engine, userId, 5)
  const calm = await createExclusive(engine, userId, 1)
  for (const job of [urgent, calm]) await take(engine, job)
  await running!.complete(null)
  expect(await take(engine, calm)).toBeUndefined()
  await engine.jobs.cancel({ userId, jobId: urgent.jobId, by: 'user' })
  expect(await isDue(engine, calm)).toBe(true)
  expect(await take(engine, calm)).toBeDefined()
})

it('is kept back by a more urgent job only while that is about to run (J42)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const running = await take(engine, await createExclusive(engine, userId, 9))
  const urgent = await createExclusive(engine, userId, 5)
  const calm = await createExclusive(engine, userId, 1)
  for (const job of [urgent, calm]) await take(engine, job)
  await running!.complete(null)

  // No worker has taken its turn, which came so many seconds ago.
  const dueSince = (seconds: number) =>
    engine.db
      .updateTable('jobs')
      .set({ not_before: sql<Date>`now() - make_interval(secs => ${seconds})` })
      .where('job_id', '=', urgent.jobId)
      .execute()
  await dueSince(5)
  expect(await take(engine, calm)).toBeUndefined()
  await dueSince(11)
  const attempt = await take(engine, calm)
  expect(attempt).toBeDefined()
  // Then the next one is one that waits for its turn, and not that one.
  const last = await createExclusive(engine, userId)
  await take(engine, last)
  await attempt!.complete(null)
  expect(await isDue(engine, last)).toBe(true)
})

it('makes no job give way to one that this worker does not run (J40)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const calm = await createExclusive(engine, userId, 1)
  await take(engine, calm)
  const urgent = await createExclusive(engine, userId, 2)
  const turn = { jobId: urgent.jobId, dispatch: 1 }
  expect(await engine.attempts.putOff({ ...turn, operationTypes: ['another'] })).toBe('not-ours')
  expect(await rowOf(engine, urgent)).toMatchObject({ dispatch: 1, busy_count: 0 })
  expect(await rowOf(engine, calm)).toMatchObject({ preempt_requested_at: null })
})

it('waits for the place before it asks for it, and names the attempt that has it (J40)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const calm = await createExclusive(engine, userId, 1)
  const attempt = await take(engine, calm)
  await attempt!.requeue('retry')
  await take(engine, calm)
  const urgent = await createExclusive(engine, userId, 2)

  const subscriber = connectRedis(services().redisUrl, 'subscriber', { logger: silentLogger })
  onTestFinished(() => subscriber.disconnect())
  const heard: { message: string; busyCount: Promise<number> }[] = []
  subscriber.on('message', (_, message: string) => {
    heard.push({ message, busyCount: rowOf(engine, urgent).then((row) => row.busy_count) })
  })
  await subscriber.subscribe(preemptChannel(calm.jobId))
  await take(engine, urgent)
  await waitFor(() => heard.length > 0)
  expect(heard.map(({ message }) => message)).toEqual(['2'])
  expect(await heard[0]!.busyCount).toBe(1)
})

it('gives its place back at once to a job that gave way to one which is gone (J40)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const calm = await createExclusive(engine, userId, 1)
  const attempt = await take(engine, calm)
  const urgent = await createExclusive(engine, userId, 2)
  await take(engine, urgent)
  await engine.jobs.cancel({ userId, jobId: urgent.jobId, by: 'user' })
  await attempt!.requeue('preempted', { notBefore: new Date(Date.now() + 60_000) })
  expect(await isDue(engine, calm)).toBe(true)
  const next = await take(engine, calm)
  expect(next).toMatchObject({ attempt: 2, failures: 0 })
  // It has given way once, and is not asked again by the same word.
  await next!.running()
  expect(next!.preemptRequested).toBe(false)
})

it('leaves a turn that was brought forward to the relay (J21)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const running = await createExclusive(engine, userId)
  await take(engine, running)
  const next = await createExclusive(engine, userId)
  await take(engine, next)
  const commit = await endSlowly(engine, running)
  await commit()

  const { dispatch } = await rowOf(engine, next)
  const turn = { jobId: next.jobId, dispatch }
  await engine.reconciler.run()
  expect(await engine.queue.has(turn)).toBe(false)
  await engine.relay.flush(running.channels)
  expect(await engine.queue.has(turn)).toBe(true)
})

it('runs every job, in any order of claims and ends (J37, J39)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const jobs: TestJob[] = []
  for (let n = 0; n < 12; n += 1) jobs.push(await createExclusive(engine, userId, n % 3))
  const open = new Set(jobs)
  let running = 0
  let most = 0

  const work = async (worker: number) => {
    for (let look = 0; open.size > 0; look += 1) {
      const job = [...open][(look * (worker + 3)) % open.size]!
      const attempt = await take(engine, job)
      if (attempt === undefined) continue
      running += 1
      most = Math.max(most, running)
      await attempt.running()
      running -= 1
      if ((look + worker) % 3 === 0) await attempt.requeue('preempted')
      else {
        open.delete(job)
        await attempt.complete(null)
      }
    }
  }
  await Promise.all([0, 1, 2, 3].map(work))
  expect(open.size).toBe(0)
  expect(most).toBe(1)
  const states = await Promise.all(jobs.map(async (job) => (await rowOf(engine, job)).state))
  expect(new Set(states)).toEqual(new Set(['completed']))
}, 120_000)
