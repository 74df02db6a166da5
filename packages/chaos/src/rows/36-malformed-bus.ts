import { userChannel } from '@headway/events'
import type { Row } from '../row.ts'

const GARBAGE = 200

export const malformedBus: Row = {
  number: 36,
  name: 'malformed-bus',
  promise: 'Malformed bytes on the channels between the instances end no process and reach no client.',
  needsRedisServer: false,
  resyncs: 'none',
  async run(trial) {
    const { admin } = trial.cluster.redis
    const users = await trial.addUsers(4)
    trial.startLoad(users, { perSecond: 60 })
    const rooms = [
      ...users.map((userId) => `socket.io#/#${userChannel(userId)}#`),
      'socket.io#/#all#',
      'socket.io#/#',
    ]
    let heard = 0
    for (let n = 0; n < GARBAGE; n += 1) {
      const bytes = Buffer.from(
        Array.from({ length: trial.random.between(0, 300) }, () => trial.random.between(0, 255)),
      )
      heard += await admin.publish(trial.random.pick(rooms), bytes)
      await admin.publish('socket.io-request#/#', bytes)
    }
    trial.prove(heard >= GARBAGE * trial.cluster.servers.length, 'every server heard all of it')
    await trial.sleep(500)
    await trial.settle({ withinMs: 3_000 })
    return `${heard} pieces of garbage were heard`
  },
}
