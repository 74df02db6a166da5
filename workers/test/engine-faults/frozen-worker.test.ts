import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FaultRig } from './support/fault-rig.ts'
import { scriptStep, stepName } from './support/job-script.ts'

const STEPS = 4

/** Where the first attempts are frozen: at the beginning, in the middle, at the end, and within a step. */
const POINTS = [
  { at: 'before', step: 1 },
  { at: 'before', step: 3 },
  { at: 'before', step: STEPS + 1 },
  { at: 'within', step: 1 },
  { at: 'within', step: 3 },
] as const

let rig: FaultRig
beforeAll(async () => {
  rig = await FaultRig.open({ name: 'frozen-worker', workers: 1 })
})
afterAll(() => rig.close())

it.each([
  ['wakes to write all it can', false],
  ['wakes when Redis has forgotten who may write', true],
])(
  'J5, J27: nothing shows of a worker that was frozen, lost its jobs, and %s',
  { timeout: 120_000 },
  async (_, hasFlush) => {
    const startAt = async (point: (typeof POINTS)[number], attempts: number) => {
      const steps = Array.from({ length: STEPS }, (_, index) => scriptStep(index + 1, { artifact: true }))
      const hold = { ...point, isStubborn: true, attempts }
      return rig.createJob(await rig.addUser(), 'scripted', { steps, askBefore: 0, end: 'completed', hold })
    }
    // Some have ended when the frozen worker wakes, the others are in the middle of their second attempt.
    const ended = await Promise.all(POINTS.map((point) => startAt(point, 1)))
    const underWay = await Promise.all(POINTS.map((point) => startAt(point, 2)))
    const jobs = [...ended, ...underWay]
    await Promise.all(jobs.map((job) => job.isHeld()))
    const frozen = [...rig.workers]
    for (const worker of frozen) worker.signal('SIGSTOP')
    await rig.cluster.addWorker()
    await Promise.all(ended.map((job) => job.reaches('completed')))
    await Promise.all(underWay.map((job) => job.isHeld(2)))

    if (hasFlush) await rig.flush()
    for (const worker of frozen) worker.signal('SIGCONT')
    for (const { jobId } of jobs) {
      await expect
        .poll(() => rig.runs.of(jobId), { timeout: 30_000 })
        .toContainEqual(expect.objectContaining({ kind: 'over', attempt: 1 }))
    }
    await rig.runs.release(underWay.map(({ jobId }) => jobId))
    await Promise.all(underWay.map((job) => job.reaches('completed')))
    // In this time what it has written all the same would arrive.
    await delay(500)
    expect((await Promise.all(jobs.map((job) => job.problems({ canTextBeLost: false })))).flat()).toEqual([])
    expect(rig.workers.filter(({ hasCrashed }) => hasCrashed)).toEqual([])

    const runs = (await Promise.all(jobs.map(({ jobId }) => rig.runs.of(jobId)))).flat()
    const refusals = new Set(runs.filter(({ kind }) => kind === 'refused').map(({ detail }) => detail))
    // The first writes got as far as the fence; the later ones were told before.
    expect(refusals).toEqual(new Set(['FencedError', 'JobAbortedError']))
    expect(jobs.every(({ user }) => user.follower.wasAlwaysThere)).toBe(true)
  },
)

it(
  'J55: a worker that froze while it published holds its channels up for no more than 10 s',
  { timeout: 120_000 },
  async () => {
    const hold = { at: 'before' as const, step: 2, isStubborn: false }
    const steps = [scriptStep(1), scriptStep(2)]
    const user = await rig.addUser()
    const job = await rig.createJob(user, 'scripted', { steps, askBefore: 0, end: 'completed', hold })
    await job.isHeld()
    // The publishing of its next message begins, and does not end.
    await rig.pauseRedis(async () => {
      await rig.runs.release([job.jobId])
      // Within the step it waits for Redis, and holds no row of the job: that is given up later than a channel.
      await expect
        .poll(async () =>
          (await rig.runs.of(job.jobId)).some(({ step, kind }) => step === stepName(2) && kind === 'begin'),
        )
        .toBe(true)
      await expect.poll(() => rig.countPublishers()).toBeGreaterThan(0)
      for (const worker of rig.workers) worker.signal('SIGSTOP')
    })
    const frozen = [...rig.workers]
    await rig.cluster.addWorker()
    await job.reaches('completed', 25_000)
    for (const worker of frozen) worker.signal('SIGCONT')
    expect(await job.problems({ canTextBeLost: false })).toEqual([])
  },
)
