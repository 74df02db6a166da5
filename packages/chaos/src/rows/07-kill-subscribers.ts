import type { Row } from '../row.ts'

/** Fewer than a channel keeps for replay are published between two kills. */
const PER_SECOND = 300
const ROUNDS = 12

export const killSubscribers: Row = {
  number: 7,
  name: 'kill-subscribers',
  promise:
    'Instances whose subscriber connection is cut again and again heal the gaps before a client can see one.',
  needsRedisServer: false,
  resyncs: 'none',
  async run(trial) {
    const { admin } = trial.cluster.redis
    const users = await trial.addUsers(3)
    trial.startLoad(users, { perSecond: PER_SECOND })
    await trial.sleep(500)
    const startedAt = performance.now()
    let killed = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      killed += Number(await admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub'))
      await trial.sleepBetween(300, 600)
    }
    trial.prove(killed >= ROUNDS, 'subscriber connections were cut in each round')
    const took = await trial.settle({ withinMs: 1_500 })
    const gone = trial.history.count('disconnected', { since: startedAt })
    trial.expect(gone === 0, `no client lost its connection (${gone} did)`)
    return `${killed} subscriber connections cut, all accounted for ${took} ms after the end`
  },
}
