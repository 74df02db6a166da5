import type { Row } from '../row.ts'

const PACE = { steps: 12, stepMs: 150 }
/** The lease under test settings. */
const LEASE_MS = 3_000

export const killWorker: Row = {
  number: 2,
  name: 'kill-worker',
  promise: 'The jobs of a killed worker go on after their last completed step at another one, and end once.',
  needsRedisServer: false,
  resyncs: 'none',
  cluster: { workers: 1 },
  async run(trial) {
    const users = await trial.addUsers(2)
    const [userId = ''] = users
    trial.startLoad(users, { perSecond: 50 })
    const jobIds = await Promise.all([1, 2, 3].map(() => trial.createJob(userId, PACE)))
    const completedSteps = async (jobId: string) => {
      const { steps } = await trial.viewJob(userId, jobId)
      return steps.filter(({ status }) => status === 'completed').length
    }
    await trial.expectWithin(10_000, 'every job is in the middle', async () => {
      const counts = await Promise.all(jobIds.map(completedSteps))
      return counts.every((count) => count >= 2)
    })
    const [victim] = trial.cluster.workers
    await victim?.end('SIGKILL')
    await trial.cluster.addWorker()
    const jobs = await Promise.all(jobIds.map((jobId) => trial.viewJob(userId, jobId)))
    trial.prove(
      jobs.every(({ state }) => state !== 'completed'),
      'the jobs were under way when their worker died',
    )
    const workMs = PACE.steps * PACE.stepMs
    await trial.expectCompleted(userId, jobIds, LEASE_MS + workMs + 8_000)
    for (const jobId of jobIds) {
      const { attempt, steps } = await trial.viewJob(userId, jobId)
      trial.expect(attempt === 2, `a second attempt ended the job (it was attempt ${attempt})`)
      trial.expect(steps.length === PACE.steps, `the job has its ${PACE.steps} steps (${steps.length})`)
    }
    await trial.settle({ withinMs: 3_000 })
    return `${jobIds.length} jobs lost their worker in the middle`
  },
}
