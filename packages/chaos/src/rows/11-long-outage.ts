import type { Row } from '../row.ts'

/** Longer than a queue's consumer waits in one call (5 s), after which some consumers never come back. */
const OUTAGE_MS = 9_000

export const longOutage: Row = {
  number: 11,
  name: 'long-outage',
  promise: 'After a long outage of Redis the workers take jobs again, those accepted meanwhile included.',
  needsRedisServer: true,
  resyncs: 'none',
  cluster: { workers: 1 },
  async run(trial) {
    const { redis } = trial.cluster
    const users = await trial.addUsers(4)
    const [userId = ''] = users
    const before = await trial.createJob(userId, { steps: 1, stepMs: 50 })
    await trial.expectCompleted(userId, [before], 10_000)
    await redis.end()
    trial.startLoad(users, { perSecond: 40 })
    await trial.sleep(OUTAGE_MS / 2)
    const during = await trial.createJob(userId, { steps: 1, stepMs: 50 })
    await trial.sleep(OUTAGE_MS / 2)
    const { state } = await trial.viewJob(userId, during)
    trial.prove(state === 'queued', 'a job waits for Redis')
    await redis.startAgain()
    const after = await trial.createJob(userId, { steps: 1, stepMs: 50 })
    const tookMs = await trial.expectCompleted(userId, [during, after], 10_000)
    await trial.settle({ withinMs: 5_000 })
    return `Redis was away for ${OUTAGE_MS / 1_000} s; the jobs were done ${tookMs} ms after its return`
  },
}
