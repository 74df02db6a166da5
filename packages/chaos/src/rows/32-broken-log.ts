import { userChannel } from '@headway/events'
import { countUnsent } from '../accepted-table.ts'
import type { Row } from '../row.ts'

export const brokenLog: Row = {
  number: 32,
  name: 'broken-log',
  promise: 'A log that Redis cannot write to holds up its own channel alone, and costs at most one resync.',
  needsRedisServer: false,
  resyncs: 'allowed',
  async run(trial) {
    const { admin } = trial.cluster.redis
    const users = await trial.addUsers(4)
    const [victim = ''] = users
    trial.startLoad(users, { perSecond: 60 })
    await trial.sleepBetween(300, 800)
    const key = `hw:{${userChannel(victim)}}:log`
    await admin.set(key, 'not a stream')
    const brokenAt = performance.now()
    await trial.sleep(2_500)
    const waiting = await countUnsent(trial.cluster.engine.db)
    trial.prove(waiting > 0, 'the messages of the channel wait in the outbox')
    const others = trial.clients.filter(({ userId }) => userId !== victim)
    const idle = others.filter(
      ({ name }) => trial.history.count('message', { client: name, since: brokenAt }) === 0,
    )
    trial.expect(idle.length === 0, `the other channels go on (${idle.length} clients got nothing)`)
    await admin.del(key)
    await trial.settle({ withinMs: 5_000 })
    for (const { name } of trial.clients) {
      const told = trial.history.count('resync', { client: name })
      trial.expect(told <= 1, `nobody gets more than one resync (${name} got ${told})`)
    }
    return `${waiting} messages waited for a log that could not be written`
  },
}
