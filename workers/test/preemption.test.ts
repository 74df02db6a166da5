import { setTimeout as delay } from 'node:timers/promises'
import { connectRedis, redisReady } from '@headway/event-log'
import { isTerminalEvent, isTerminalState } from '@headway/events'
import { cancelChannel, preemptChannel } from '@headway/jobs'
import { waitFor } from '@headway/test-kit'
import { expect, it, onTestFinished } from 'vitest'
import type { Deployment } from './support/deployment.ts'
import { exclusiveOperations, openDeployment } from './support/exclusive-operations.ts'
import { testLogger } from './support/test-logger.ts'

const ROUNDS = 24

async function hasEnded(deployment: Deployment, jobId: string): Promise<void> {
  await waitFor(async () => isTerminalState((await deployment.view(jobId)).state), { timeoutMs: 15_000 })
  await deployment.publish(jobId)
}

it(
  'tells one end of each job, when giving way, an end and a cancel come at once (J40, J41)',
  { timeout: 120_000 },
  async () => {
    const deployment = await openDeployment()
    const { operations, overlaps, stepRuns } = exclusiveOperations()
    await deployment.startWorker({ operations })
    await deployment.startWorker({ operations })
    const states: string[] = []
    for (let round = 0; round < ROUNDS; round += 1) {
      const calm = await deployment.createJob('calm', { steps: 4, stepMs: 15 })
      // Over the rounds, each moment of the job's life meets both.
      const [urgent] = await Promise.all([
        delay(round * 8).then(() => deployment.createJob('urgent', {})),
        delay((round * 56) % 200).then(() => (round % 3 === 0 ? deployment.cancel(calm) : undefined)),
      ])
      await Promise.all([calm, urgent].map((jobId) => hasEnded(deployment, jobId)))
      for (const jobId of [calm, urgent]) {
        const ends = await waitFor(() => {
          const told = deployment.tap.ofJob(jobId).filter(isTerminalEvent)
          return told.length > 0 && told
        })
        expect(ends).toHaveLength(1)
      }
      const { state } = await deployment.view(calm)
      states.push(round % 3 === 0 ? 'may be cancelled' : state)
      expect((await deployment.view(urgent)).state).toBe('completed')
    }
    expect(overlaps).toEqual([])
    expect(new Set(stepRuns).size).toBe(stepRuns.length)
    expect(new Set(states)).toEqual(new Set(['may be cancelled', 'completed']))
  },
)

it('takes the place of a job that ignores it when the grace period is over (J40)', async () => {
  const deployment = await openDeployment()
  const { operations, stepRuns } = exclusiveOperations()
  await deployment.startWorker({ operations })
  const calm = await deployment.createJob('calm', { steps: 2, stepMs: 10_000, isStubborn: true })
  await deployment.tap.sees(calm, 'JOB_RUNNING')
  const urgent = await deployment.createJob('urgent', {})
  await deployment.reaches(urgent, 'completed')
  expect(stepRuns).toEqual([`${urgent} 1`])
  expect(deployment.tap.ofJob(calm, 'JOB_QUEUED').map(({ payload }) => payload.reason)).toContain('preempted')
  await deployment.cancel(calm)
  await hasEnded(deployment, calm)
})

it('stops no later attempt by a word that comes too late (J10, J40)', async () => {
  const deployment = await openDeployment()
  const { operations } = exclusiveOperations()
  await deployment.startWorker({ operations })
  const redis = connectRedis(deployment.redisUrl, 'publisher', { logger: testLogger })
  onTestFinished(() => redis.disconnect())
  await redisReady(redis)

  const calm = await deployment.createJob('calm', { steps: 4, stepMs: 150 })
  await deployment.tap.sees(calm, 'JOB_RUNNING')
  await redis.publish(preemptChannel(calm), '1')
  await deployment.tap.sees(calm, 'JOB_RUNNING', 2)
  await redis.publish(preemptChannel(calm), '1')
  await redis.publish(cancelChannel(calm), JSON.stringify({ by: 'user', attempt: 1 }))
  expect(await deployment.reaches(calm, 'completed')).toMatchObject({ attempt: 2 })
})
