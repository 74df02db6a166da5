import { userChannel } from '@headway/events'
import type { Row } from '../row.ts'
import type { Trial } from '../trial.ts'

/** The head check under test settings. */
const HEAD_CHECK_MS = 2_000
/** The reconciler's interval, and some. */
const JOBS_BACK_MS = 60_000

export const flush: Row = {
  number: 4,
  name: 'flush',
  promise:
    'After FLUSHALL every client is told, idle ones too, what follows arrives, and the queued jobs run.',
  needsRedisServer: false,
  resyncs: 'needed',
  cluster: { workers: 1, env: { WORKER_CONCURRENCY: '1' } },
  async run(trial) {
    const users = await trial.addUsers(8)
    const busy = users.slice(0, 5)
    const [userId = ''] = busy
    trial.startLoad(busy, { perSecond: 100 })
    const jobIds = await Promise.all([1, 2, 3].map(() => trial.createJob(userId, { steps: 2, stepMs: 400 })))
    await trial.sleepBetween(500, 1_000)
    await trial.cluster.redis.admin.flushall()
    const flushedAt = performance.now()
    await trial.expectWithin(HEAD_CHECK_MS + 2_000, 'every client is told, the idle ones too', () => {
      return trial.clients.every((client) => wasTold(trial, client, flushedAt))
    })
    await trial.sleep(500)
    const before = trial.history.count('message')
    await trial.sleep(500)
    trial.expect(trial.history.count('message') > before, 'messages go on after the flush')
    await trial.expectCompleted(userId, jobIds, JOBS_BACK_MS)
    await trial.settle({ withinMs: 3_000 })
    return `everything in Redis was deleted; ${trial.clients.length} clients were told`
  },
}

/** A client was told of the gap in its user's own channel. */
export function wasTold(trial: Trial, { name, userId }: Trial['clients'][number], since: number): boolean {
  return trial.history
    .of(name)
    .some(({ kind, channel, t }) => kind === 'resync' && channel === userChannel(userId) && t >= since)
}
