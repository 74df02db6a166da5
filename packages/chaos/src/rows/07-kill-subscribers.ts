import type { Row } from '../row.ts'

const USERS = 5
/** To each user fewer than a channel keeps for replay between two kills; and so many that some come while an instance reads what it missed. */
const PER_SECOND = 750
const ROUNDS = 16

export const killSubscribers: Row = {
  number: 7,
  name: 'kill-subscribers',
  promise:
    'Instances whose subscriber connection is cut again and again heal the gaps before a client can see one.',
  needsRedisServer: false,
  resyncs: 'none',
  async run(trial) {
    const { admin } = trial.cluster.redis
    const users = await trial.addUsers(USERS)
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
