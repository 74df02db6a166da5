import { userChannel } from '@headway/events'
import type { Row } from '../row.ts'

const ROUNDS = 5

export const lostReply: Row = {
  number: 22,
  name: 'lost-reply',
  promise: 'An append whose reply is lost is sent again, and stands in the log once.',
  needsRedisServer: false,
  resyncs: 'none',
  async run(trial) {
    const { cluster } = trial
    const [userId = ''] = await trial.addUsers(1)
    // The harness' own way to Redis is the last one.
    const proxy = cluster.redisProxies.at(-1)
    let lost = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = proxy?.swallowedBytes ?? 0
      proxy?.set({ mode: 'cutAfter', bytes: 0 })
      await trial.publisher.publish([userId])
      await trial.expectWithin(3_000, 'the reply is cut off', () => (proxy?.swallowedBytes ?? 0) > before)
      proxy?.set({ mode: 'pass' })
      lost += 1
      await trial.settle({ withinMs: 4_000 })
      await trial.expectWithin(5_000, 'the harness is connected again', async () => {
        return (await cluster.engine.eventLog.head(userChannel(userId)).catch(() => 0)) > 0
      })
    }
    const kept = await cluster.redis.admin.xlen(`hw:{${userChannel(userId)}}:log`)
    trial.expect(kept === ROUNDS, `the log has each of ${ROUNDS} messages once (it has ${kept})`)
    trial.prove(lost === ROUNDS, 'a reply was lost in each round')
    return `${lost} replies were lost after Redis had done its work`
  },
}
