import { RETURN_MS } from '../cluster/settings.ts'
import type { Row } from '../row.ts'
import { wasTold } from './04-flush.ts'

export const emptyFailover: Row = {
  number: 5,
  name: 'empty-failover',
  promise: 'A failover to an empty Redis is told to every client, and the outbox fills the log again.',
  needsRedisServer: true,
  resyncs: 'needed',
  async run(trial) {
    const { cluster } = trial
    const empty = await cluster.startRedis('empty')
    const users = await trial.addUsers(8)
    trial.startLoad(users.slice(0, 5), { perSecond: 100 })
    await trial.sleepBetween(500, 1_000)
    await cluster.redis.kill()
    await trial.sleepBetween(100, 500)
    trial.prove((await empty.admin.dbsize()) === 0, 'the Redis that takes over is empty')
    const failedOverAt = performance.now()
    cluster.moveRedis(empty.port)
    await trial.expectWithin(RETURN_MS + 3_000, 'every client is told, the idle ones too', () => {
      return trial.clients.every((client) => wasTold(trial, client, failedOverAt))
    })
    await trial.sleep(1_000)
    await trial.settle({ withinMs: RETURN_MS + 2_000 })
    return `${trial.clients.length} clients were told that their log is gone`
  },
}
