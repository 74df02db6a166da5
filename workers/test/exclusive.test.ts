import { connectRedis, redisReady } from '@headway/event-log'
import { expect, it, onTestFinished } from 'vitest'
import { exclusiveOperations, openDeployment } from './support/exclusive-operations.ts'
import { testLogger } from './support/test-logger.ts'

it('runs thirty jobs of a user one after the other, on three workers (J37, J39)', async () => {
  const deployment = await openDeployment()
  const { operations, overlaps } = exclusiveOperations()
  for (let n = 0; n < 3; n += 1) await deployment.startWorker({ operations, concurrency: 4 })
  const jobIds = []
  for (let n = 0; n < 30; n += 1) jobIds.push(await deployment.createJob('calm', {}))
  for (const jobId of jobIds) await deployment.reaches(jobId, 'completed', 60_000)
  expect(overlaps).toEqual([])
})

it('lets an urgent job go first, and goes on after the last completed step (J40)', async () => {
  const deployment = await openDeployment()
  const { operations, overlaps, stepRuns } = exclusiveOperations()
  await deployment.startWorker({ operations })
  await deployment.startWorker({ operations })
  const calm = await deployment.createJob('calm', { steps: 6, stepMs: 150 })
  await expect.poll(() => stepRuns.length).toBeGreaterThanOrEqual(2)
  const urgent = await deployment.createJob('urgent', { steps: 2 })
  await deployment.reaches(urgent, 'completed')
  expect((await deployment.view(calm)).state).not.toBe('completed')
  await deployment.reaches(calm, 'completed')

  expect(overlaps).toEqual([])
  expect(stepRuns.filter((run) => run.startsWith(calm))).toEqual(
    [1, 2, 3, 4, 5, 6].map((n) => `${calm} ${n}`),
  )
  const reasons = deployment.tap.ofJob(calm, 'JOB_QUEUED').map(({ payload }) => payload.reason)
  expect(reasons).toContain('preempted')
  expect(deployment.tap.ofJob(calm, 'JOB_COMPLETED')).toHaveLength(1)
})

it('hears with its next sign of life that it is to give way, where Redis lost the word of it (J40)', async () => {
  const deployment = await openDeployment()
  const { operations, stepRuns } = exclusiveOperations()
  await deployment.startWorker({ operations })
  const calm = await deployment.createJob('calm', { steps: 100, stepMs: 100 })
  await expect.poll(() => stepRuns.length).toBeGreaterThanOrEqual(1)
  await deployment.engine.db
    .updateTable('jobs')
    .set({ preempt_requested_at: new Date() })
    .where('job_id', '=', calm)
    .execute()
  await expect.poll(async () => (await deployment.view(calm)).attempt, { timeout: 10_000 }).toBe(2)
  await deployment.cancel(calm)
  await deployment.reaches(calm, 'cancelled')
})

it('takes up the jobs that wait when Redis has forgotten everything (J37, J39)', async () => {
  const deployment = await openDeployment({ ownRedis: true })
  const { operations, overlaps, stepRuns } = exclusiveOperations()
  await deployment.startWorker({ operations })
  const jobIds = []
  for (let n = 0; n < 4; n += 1) jobIds.push(await deployment.createJob('calm', { steps: 3, stepMs: 100 }))
  await expect.poll(() => stepRuns.length).toBeGreaterThanOrEqual(2)
  const redis = connectRedis(deployment.redisUrl, 'publisher', { logger: testLogger })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)
  await redis.flushall()
  await deployment.engine.reconciler.run()
  for (const jobId of jobIds) await deployment.reaches(jobId, 'completed', 30_000)
  expect(overlaps).toEqual([])
})
