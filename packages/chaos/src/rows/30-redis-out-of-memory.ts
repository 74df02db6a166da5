import { userChannel } from '@headway/events'
import { countUnsent } from '../accepted-table.ts'
import type { Row } from '../row.ts'
import type { Trial } from '../trial.ts'

export const redisOutOfMemory: Row = {
  number: 30,
  name: 'redis-out-of-memory',
  promise:
    'A Redis that is full refuses whole messages; calls succeed, and everything arrives once there is room.',
  needsRedisServer: false,
  resyncs: 'none',
  cluster: { workers: 1 },
  async run(trial) {
    const { admin } = trial.cluster.redis
    const users = await trial.addUsers(8)
    const [userId = ''] = users
    trial.startLoad(users, { perSecond: 80 })
    await trial.sleepBetween(300, 800)
    await admin.config('SET', 'maxmemory', '1')
    const jobId = await trial.createJob(userId, { steps: 2, stepMs: 50 })
    await trial.sleep(2_500)
    const waiting = await countUnsent(trial.cluster.engine.db)
    trial.prove(waiting > 0, 'messages wait in the outbox')
    await admin.config('SET', 'maxmemory', '0')
    await trial.sleep(500)
    await trial.settle({ withinMs: 5_000 })
    await trial.expectCompleted(userId, [jobId], 40_000)
    await trial.settle({ withinMs: 3_000 })
    for (const id of users) await expectWhole(trial, id)
    return `${waiting} messages waited while Redis was full`
  },
}

/** The newest number of a channel belongs to a message that is in its log. */
async function expectWhole(trial: Trial, userId: string): Promise<void> {
  const { admin } = trial.cluster.redis
  const key = `hw:{${userChannel(userId)}}`
  const head = await admin.hget(`${key}:head`, 'seq')
  const [newest] = await admin.xrevrange(`${key}:log`, '+', '-', 'COUNT', 1)
  trial.expect(
    newest?.[0] === `${head}-0`,
    `the head of ${userId} (${head}) is the newest in the log (${newest?.[0]})`,
  )
}
