import { countUnsent } from '../accepted-table.ts'
import { RETURN_MS } from '../cluster/settings.ts'
import type { Row } from '../row.ts'

export const restartRedis: Row = {
  number: 3,
  name: 'restart-redis',
  promise:
    'A Redis that is killed and comes back with its data costs nobody a message, and no client a resync.',
  needsRedisServer: true,
  resyncs: 'none',
  async run(trial) {
    const { redis, engine } = trial.cluster
    const users = await trial.addUsers(10)
    trial.startLoad(users)
    await trial.sleepBetween(500, 1_500)
    await redis.kill()
    await trial.sleep(1_000)
    const waiting = await countUnsent(engine.db)
    trial.prove(waiting > 0, 'messages wait in the outbox')
    await redis.startAgain()
    await trial.sleep(1_000)
    await trial.settle({ withinMs: 3_000 + RETURN_MS })
    return `${waiting} messages waited in the outbox while Redis was away`
  },
}
