import { connectRedis } from '@headway/event-log'
import { waitFor } from '@headway/test-kit'
import { Worker } from 'bullmq'
import type { Redis } from 'ioredis'
import { afterEach, expect, it, onTestFinished } from 'vitest'
import { LOCK_MS, STALLED_CHECK_MS } from '../src/scheduler/maintenance-consumer.ts'
import { Deployment } from './support/deployment.ts'
import { testLogger } from './support/test-logger.ts'

let deployment: Deployment
afterEach(() => deployment.close())

function connect(): Redis {
  const redis = connectRedis(deployment.redisUrl, 'queue', { logger: testLogger })
  onTestFinished(() => redis.disconnect())
  return redis
}

/** A job that has ended 31 days ago, of a kind that no worker here runs. */
async function oldJob(): Promise<string> {
  const jobId = await deployment.createJob('of-nobody', {})
  await deployment.engine.jobs.cancel({ userId: deployment.userId, jobId, by: 'user' })
  await deployment.engine.db
    .updateTable('jobs')
    .set({ finished_at: new Date(Date.now() - 31 * 24 * 3_600_000) })
    .where('job_id', '=', jobId)
    .execute()
  return jobId
}

async function isGone(jobId: string): Promise<boolean> {
  return (await deployment.engine.jobs.view(deployment.userId, jobId)) === undefined
}

it('removes old jobs, and puts up the schedulers again after a flush (J54)', async () => {
  deployment = await Deployment.open({ ownRedis: true })
  const first = await oldJob()
  await Promise.all([deployment.startWorker(), deployment.startWorker()])
  await waitFor(() => isGone(first))

  // The next turn is minutes away, and a flushed Redis knows of none.
  const second = await oldJob()
  await connect().flushall()
  await waitFor(() => isGone(second), { timeoutMs: 15_000 })
  expect(await deployment.engine.maintenanceQueue.isComplete()).toBe(true)
})

it('brings back forgotten turns soon after a flush, though no process has lost its connection (J54)', async () => {
  deployment = await Deployment.open({ ownRedis: true })
  await deployment.startWorker()
  const queue = deployment.engine.maintenanceQueue
  await waitFor(() => queue.isComplete())
  const jobId = await deployment.createJob('of-nobody', {})
  await connect().flushall()
  expect(await deployment.engine.queue.has({ jobId, dispatch: 1 })).toBe(false)
  await waitFor(() => deployment.engine.queue.has({ jobId, dispatch: 1 }), { timeoutMs: 15_000 })
})

it('hands out one task at a time, however many workers there are (J54)', async () => {
  deployment = await Deployment.open({ ownRedis: true })
  const { name } = deployment.engine.maintenanceQueue
  await deployment.engine.maintenanceQueue.ensure()
  let atWork = 0
  let most = 0
  let done = 0
  const work = async (): Promise<void> => {
    atWork += 1
    most = Math.max(most, atWork)
    await new Promise((resolve) => setTimeout(resolve, 100))
    atWork -= 1
    done += 1
  }
  const workers = [1, 2, 3].map(() => new Worker(name, work, { connection: connect() }))
  onTestFinished(async () => void (await Promise.all(workers.map((worker) => worker.close(true)))))
  await waitFor(() => done >= 6, { timeoutMs: 15_000 })
  expect(most).toBe(1)
})

it('goes on after the death of a worker that was at a task (J54)', async () => {
  deployment = await Deployment.open({ ownRedis: true })
  const { name } = deployment.engine.maintenanceQueue
  await deployment.engine.maintenanceQueue.ensure()
  const taken = Promise.withResolvers<void>()
  const forEver = Promise.withResolvers<void>()
  const work = async (): Promise<void> => {
    taken.resolve()
    await forEver.promise
  }
  const dying = new Worker(name, work, {
    connection: connect(),
    lockDuration: LOCK_MS,
    stalledInterval: STALLED_CHECK_MS,
  })
  await taken.promise
  await dying.close(true)

  const jobId = await oldJob()
  await deployment.startWorker()
  expect(await waitFor(() => isGone(jobId), { timeoutMs: 40_000 })).toBe(true)
}, 60_000)
