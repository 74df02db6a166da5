import { uniqueUserId } from '@headway/test-kit'
import { expect, it } from 'vitest'
import { createExclusive, LEASE, rowOf, take } from './support/exclusive-jobs.ts'
import { createTestJob, openTestEngine, typesOf } from './support/test-engine.ts'

it('lets one exclusive job of a user run, whoever claims them at the same time (J37)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const jobs = []
  for (let n = 0; n < 8; n += 1) jobs.push(await createExclusive(engine, userId))
  const claims = await Promise.all(
    jobs.map(({ jobId }) => engine.attempts.claim({ jobId, dispatch: 1, ...LEASE })),
  )
  expect(claims.filter((attempt) => attempt !== undefined)).toHaveLength(1)
})

it('is in nobody else’s way: other users, jobs that are not exclusive (J37)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const running = await createExclusive(engine, userId)
  expect(await take(engine, running)).toBeDefined()
  expect(await take(engine, await createTestJob(engine, userId))).toBeDefined()
  expect(await take(engine, await createExclusive(engine, uniqueUserId()))).toBeDefined()
})

it('tells that a job waits, and until when at the latest; nothing of it counts as a failure (J38)', async () => {
  const { engine, messages } = await openTestEngine()
  const userId = uniqueUserId()
  await take(engine, await createExclusive(engine, userId))
  const second = await createExclusive(engine, userId)
  expect(await take(engine, second)).toBeUndefined()

  const told = await messages(second.channels[1]!)
  expect(typesOf(told)).toEqual(['JOB_CREATED', 'JOB_QUEUED', 'JOB_QUEUED'])
  expect(told.at(-1)?.payload).toMatchObject({ reason: 'busy', version: 3, notBefore: expect.any(String) })
  expect(await rowOf(engine, second)).toMatchObject({ state: 'queued', dispatch: 2, failures: 0, losses: 0 })
  expect(await engine.jobs.view(userId, second.jobId)).toMatchObject({
    label: 'Waits for another of your jobs to end',
  })
  // An old turn changes nothing.
  expect(await engine.attempts.putOff({ jobId: second.jobId, dispatch: 1 })).toBe('not-ours')
})

it('looks later each time whether it may run (J38)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  await take(engine, await createExclusive(engine, userId))
  const second = await createExclusive(engine, userId)
  const waits: number[] = []
  for (let look = 0; look < 4; look += 1) {
    await take(engine, second)
    const { not_before: notBefore, updated_at: lookedAt } = await rowOf(engine, second)
    waits.push(notBefore!.getTime() - lookedAt.getTime())
  }
  // Doubled each time, of which the jitter takes half at most.
  for (const [look, leastMs] of [250, 500, 1_000, 2_000].entries())
    expect(waits[look]).toBeGreaterThan(leastMs - 10)
})

it('gives the next one its turn when the running one stops: the most urgent, then the oldest (J39)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const running = await take(engine, await createExclusive(engine, userId, 5))
  const jobs = []
  for (const priority of [1, 2, 2]) jobs.push(await createExclusive(engine, userId, priority))
  for (const job of jobs) await take(engine, job)

  await running!.complete(null)
  const rows = await Promise.all(jobs.map((job) => rowOf(engine, job)))
  expect(rows.map(({ dispatch }) => dispatch)).toEqual([2, 3, 2])
  // A less urgent one does not come between.
  expect(await take(engine, jobs[0]!)).toBeUndefined()
  expect(await take(engine, jobs[1]!)).toBeDefined()
})

it('gives the next one its turn when the running one waits for an answer (J39)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const running = await take(engine, await createExclusive(engine, userId))
  const second = await createExclusive(engine, userId)
  await take(engine, second)
  await running!.running()
  const question = { name: 'go-on', prompt: 'Go on?', schema: { type: 'object' }, expiresInMs: 60_000 }
  await running!.park(question)
  expect(await take(engine, second)).toBeDefined()
})

it('asks a less urgent job to give way, and no other (J40)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const low = await createExclusive(engine, userId, 1)
  const attempt = await take(engine, low)
  const preemptRequested = async () => {
    const leases = await engine.attempts.renewLeases(LEASE.workerId, { leaseMs: 15_000, jobIds: [low.jobId] })
    return leases[0]?.preemptRequested
  }
  await take(engine, await createExclusive(engine, userId, 1))
  expect(await preemptRequested()).toBe(false)
  const high = await createExclusive(engine, userId, 2)
  await take(engine, high)
  expect(await preemptRequested()).toBe(true)

  await attempt!.requeue('preempted', { notBefore: new Date(Date.now() + 60_000) })
  // It waits for the one that it gave way to, and gets its turn after it.
  expect(await take(engine, low)).toBeUndefined()
  const urgent = await take(engine, high)
  await urgent!.complete(null)
  expect(await take(engine, low)).toMatchObject({ attempt: 2 })
})

it('cancels a job that was to be cancelled when it gives way (J41)', async () => {
  const { engine } = await openTestEngine()
  const userId = uniqueUserId()
  const low = await createExclusive(engine, userId)
  const attempt = await take(engine, low)
  await engine.jobs.cancel({ userId, jobId: low.jobId, by: 'user' })
  await attempt!.requeue('preempted')
  expect(await rowOf(engine, low)).toMatchObject({ state: 'cancelled' })
})
