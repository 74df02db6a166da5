import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { FaultRig, type RiggedUser } from './support/fault-rig.ts'
import { scriptStep, type JobScript, type StepOptions } from './support/job-script.ts'
import type { RiggedJob } from './support/rigged-job.ts'

const ROUNDS = 50
/** Rounds under way at once: each is a job of its own. */
const AT_ONCE = 10
/** Far more than a round needs, and less than what brings back a turn that was lost. */
const STUCK_MS = 20_000

let rig: FaultRig
beforeAll(async () => {
  rig = await FaultRig.open({ name: 'hang-traps', workers: 1, isReconciling: false })
})
afterAll(() => rig.close())

function script(options: Partial<Omit<JobScript, 'steps'>> = {}, steps: StepOptions[] = [{}]): JobScript {
  const scripted = steps.map((step, index) => scriptStep(index + 1, step))
  return { steps: scripted, askBefore: 0, end: 'completed', ...options }
}

/** Springs the trap again and again, and answers what is wrong with the jobs afterwards. */
async function problemsOf(
  spring: (round: number, user: RiggedUser) => Promise<RiggedJob>,
): Promise<string[]> {
  const found: string[] = []
  for (let first = 0; first < ROUNDS; first += AT_ONCE) {
    const user = await rig.addUser()
    const rounds = Array.from({ length: AT_ONCE }, (_, index) => spring(first + index, user))
    const jobs = await Promise.all(rounds)
    const problems = await Promise.all(jobs.map((job) => job.problems({ canTextBeLost: false })))
    found.push(...problems.flat())
    user.stop()
  }
  return found
}

it('J3: a job that is resumed at the moment in which it fails runs again', { timeout: 120_000 }, async () => {
  const problems = await problemsOf(async (_, user) => {
    // Its own end is to fail, so it is resumed once and fails again.
    const job = await rig.createJob(user, 'scripted', script({ end: 'failed' }))
    while (!(await job.resume())) await delay(1)
    await job.reaches('failed', STUCK_MS)
    await expect.poll(async () => (await job.view()).attempt, { timeout: STUCK_MS }).toBe(2)
    await job.reaches('failed', STUCK_MS)
    return job
  })
  expect(problems).toEqual([])
})

it(
  'J33: an answer that comes while the handler that has asked still returns is taken',
  { timeout: 120_000 },
  async () => {
    const problems = await problemsOf(async (round, user) => {
      const job = await rig.createJob(user, 'scripted', script({ askBefore: 2 }, [{}, {}]))
      await delay(round % 5)
      while (!(await job.answer())) await delay(1)
      await job.reaches('completed', STUCK_MS)
      return job
    })
    expect(problems).toEqual([])
  },
)

it(
  'J3: a job that goes back to the queue while BullMQ still knows its last turn runs again',
  { timeout: 120_000 },
  async () => {
    const problems = await problemsOf(async (round, user) => {
      const job = await rig.createJob(
        user,
        'scripted',
        script({ hold: { at: 'before', step: 1, isStubborn: false } }, [{ pauseMs: 1 }]),
      )
      await job.isHeld()
      // BullMQ holds its entry as active until the handler is back, and the resume does not wait for that.
      await job.cancel()
      await delay(round % 5)
      while (!(await job.resume())) await delay(1)
      await job.reaches('completed', STUCK_MS)
      return job
    })
    expect(problems).toEqual([])
  },
)

it(
  'J3, J20: a job that is taken from a worker which still runs it goes on at once',
  { timeout: 120_000 },
  async () => {
    const problems = await problemsOf(async (_, user) => {
      const job = await rig.createJob(
        user,
        'scripted',
        script({ hold: { at: 'within', step: 1, isStubborn: false } }),
      )
      await job.isHeld()
      // Its worker may just have renewed it.
      while ((await job.view()).attempt === 1) await rig.takeFromWorker(job.jobId)
      await job.reaches('completed', STUCK_MS)
      return job
    })
    expect(problems).toEqual([])
  },
)

it(
  'J20: a job whose worker dies between taking its turn and claiming it runs within a few leases',
  { timeout: 120_000 },
  async () => {
    const user = await rig.addUser()
    const [victim] = rig.workers
    victim?.signal('SIGSTOP')
    const job = await rig.createJob(user, 'scripted', script())
    await rig.holdRow(job.jobId, async () => {
      victim?.signal('SIGCONT')
      await expect.poll(() => rig.runs.countWaiting(), { timeout: 20_000 }).toBe(1)
      await victim?.end('SIGKILL')
    })
    await rig.cluster.addWorker()
    await job.reaches('completed', STUCK_MS)
    expect(await job.problems({ canTextBeLost: false })).toEqual([])
  },
)
