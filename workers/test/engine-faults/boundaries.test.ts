import { userChannel } from '@headway/events'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { exclusiveProblems } from './support/exclusive-problems.ts'
import { FaultRig } from './support/fault-rig.ts'
import { scriptStep, type JobScript } from './support/job-script.ts'
import type { RiggedJob } from './support/rigged-job.ts'

const STEPS = 6

/** Before each step, after the last one, and within each step when all is written and nothing committed. */
const POINTS: NonNullable<JobScript['hold']>[] = [
  ...Array.from({ length: STEPS + 1 }, (_, step) => ({
    at: 'before' as const,
    step: step + 1,
    isStubborn: false,
  })),
  ...Array.from({ length: STEPS }, (_, step) => ({
    at: 'within' as const,
    step: step + 1,
    isStubborn: false,
  })),
]

let rig: FaultRig
beforeAll(async () => {
  rig = await FaultRig.open({ name: 'boundaries', workers: 1 })
})
afterAll(() => rig.close())

/** A job for each point, of a user of its own, held there in its first attempt. */
async function holdEverywhere(): Promise<RiggedJob[]> {
  const jobs = await Promise.all(
    POINTS.map(async (hold) => {
      const steps = Array.from({ length: STEPS }, (_, index) =>
        scriptStep(index + 1, { artifact: index % 2 === 0 }),
      )
      return rig.createJob(await rig.addUser(), 'scripted-exclusive', {
        steps,
        askBefore: 0,
        end: 'completed',
        hold,
      })
    }),
  )
  await Promise.all(jobs.map((job) => job.isHeld()))
  return jobs
}

async function problemsOf(jobs: readonly RiggedJob[]): Promise<string[]> {
  await Promise.all(jobs.map((job) => job.reaches('completed')))
  expect(jobs.every(({ user }) => user.follower.wasAlwaysThere)).toBe(true)
  return (await Promise.all(jobs.map((job) => job.problems({ canTextBeLost: false })))).flat()
}

it(
  'J5, J22, J27, J29: a job goes on after any boundary at which its worker is killed',
  { timeout: 120_000 },
  async () => {
    const jobs = await holdEverywhere()
    const [victim] = rig.workers
    await victim?.end('SIGKILL')
    await rig.cluster.addWorker()
    expect(await problemsOf(jobs)).toEqual([])
    const attempts = await Promise.all(jobs.map(async (job) => (await job.view()).attempt))
    expect(attempts).toEqual(POINTS.map(() => 2))
  },
)

it('J28: a job goes on at any boundary at which Redis forgets everything', { timeout: 120_000 }, async () => {
  const jobs = await holdEverywhere()
  await rig.flush()
  await rig.runs.release(jobs.map(({ jobId }) => jobId))
  expect(await problemsOf(jobs)).toEqual([])
  const attempts = await Promise.all(jobs.map(async (job) => (await job.view()).attempt))
  expect(attempts).toEqual(POINTS.map(() => 1))
})

it(
  'J37, J40: a job goes on after any boundary at which a more urgent one of its user takes its place',
  { timeout: 120_000 },
  async () => {
    const jobs = await holdEverywhere()
    const script: JobScript = { steps: [scriptStep(1)], askBefore: 0, end: 'completed' }
    const urgent = await Promise.all(jobs.map(({ user }) => rig.createJob(user, 'scripted-urgent', script)))
    expect(await problemsOf([...jobs, ...urgent])).toEqual([])
    for (const { user } of jobs)
      expect(exclusiveProblems(await rig.committed(userChannel(user.userId)))).toEqual([])
    const reasons = await Promise.all(jobs.map(async (job) => (await job.queuedReasons()).slice(0, 2)))
    expect(reasons).toEqual(POINTS.map(() => ['created', 'preempted']))
  },
)
