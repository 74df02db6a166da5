import { setTimeout as delay } from 'node:timers/promises'
import { userChannel } from '@headway/events'
import { exclusiveProblems } from './exclusive-problems.ts'
import type { FaultPlan } from './fault-plan.ts'
import type { FaultRig, RiggedUser } from './fault-rig.ts'
import { scriptStep } from './job-script.ts'
import type { RiggedJob } from './rigged-job.ts'
import { scriptedFailure } from './scripted-operations.ts'

/** A job that is not over by then hangs, in milliseconds. */
const DEADLINE_MS = 60_000
const LOOK_MS = 150

/** Lets the jobs of a plan run, does to them what it says, brings all of them to their end, and answers what is wrong with them then. */
export async function runPlan(rig: FaultRig, plan: FaultPlan): Promise<string[]> {
  const user = await rig.addUser()
  try {
    const jobs = await Promise.all(
      plan.jobs.map(async ({ type, answerAfterMs, ...options }) => {
        const steps = options.steps.map((step, index) => scriptStep(index + 1, step))
        const script = { ...options, steps }
        const job = await rig.createJob(user, type, script)
        job.answerWhenAsked(answerAfterMs)
        return job
      }),
    )
    const urgent: RiggedJob[] = []
    const ends = jobs.map((job) => bringToItsEnd(job))
    await Promise.all(plan.faults.map((fault) => inject(fault, { rig, user, jobs, urgent })))
    ends.push(...urgent.map((job) => bringToItsEnd(job)))
    const hanging = (await Promise.all(ends)).filter((problem) => problem !== undefined)
    if (hanging.length > 0) return hanging

    const hadFlush = plan.faults.some(({ kind }) => kind === 'flush')
    const problems = await Promise.all(
      [...jobs, ...urgent].map(async (job) => {
        const { attempt } = await job.view()
        return job.problems({ canTextBeLost: hadFlush && attempt > 1 })
      }),
    )
    const crashed = rig.workers
      .filter(({ hasCrashed }) => hasCrashed)
      .map(({ name }) => `${name} has crashed`)
    const together = exclusiveProblems(await rig.committed(userChannel(user.userId)))
    const left = user.follower.wasAlwaysThere ? [] : ['the follower lost its connection']
    return [...problems.flat(), ...together, ...crashed, ...left]
  } finally {
    user.stop()
  }
}

async function inject(
  fault: FaultPlan['faults'][number],
  { rig, user, jobs, urgent }: { rig: FaultRig; user: RiggedUser; jobs: RiggedJob[]; urgent: RiggedJob[] },
): Promise<void> {
  await delay(fault.atMs)
  const workers = rig.workerFaults
  switch (fault.kind) {
    case 'kill':
      return workers.kill(fault.worker)
    case 'stop':
      return workers.stop(fault.worker)
    case 'freeze':
      return workers.freeze(fault.worker, fault.forMs)
    case 'flush':
      return rig.flush()
    case 'cut':
      return rig.cutConnections(fault.connections)
    case 'cancel':
      await jobs[fault.job % jobs.length]?.cancel()
      return
    case 'preempt': {
      const steps = [scriptStep(1), scriptStep(2)]
      urgent.push(await rig.createJob(user, 'scripted-urgent', { steps, askBefore: 0, end: 'completed' }))
      return
    }
    default:
      fault satisfies never
  }
}

/** Resumes what was cancelled or has failed of its bad luck, until the job ends as its script says. Answers why it does not. */
async function bringToItsEnd(job: RiggedJob): Promise<string | undefined> {
  const deadline = performance.now() + DEADLINE_MS
  while (performance.now() < deadline) {
    const { state, error } = await job.view()
    const isAsScripted = state === 'completed' || (job.script.end === 'failed' && error === scriptedFailure)
    if (isAsScripted && (await job.hasEnded())) return undefined
    if (state === 'failed' || state === 'cancelled') await job.resume()
    if (state === 'waiting') await job.answer()
    await delay(LOOK_MS)
  }
  const { state, attempt, error } = await job.view()
  return `job ${job.jobId} hangs: it is ${state} in attempt ${attempt} (${error})`
}
