import type { Row } from '../row.ts'

export const lostLastMessage: Row = {
  number: 8,
  name: 'lost-last-message',
  promise:
    'A message that no instance heard, with nothing after it, arrives as soon as the subscriber is back.',
  needsRedisServer: false,
  resyncs: 'none',
  // The head check would bring it too, much later: here the return of the subscriber alone must.
  cluster: { env: { HEADWAY_HEAD_CHECK_MS: '60000' } },
  async run(trial) {
    const { redis, redisProxies, servers } = trial.cluster
    const users = await trial.addUsers(5)
    await trial.publisher.publish(users)
    await trial.settle({ withinMs: 2_000 })
    const proxies = redisProxies.slice(0, servers.length)
    let unheard = 0
    for (let round = 0; round < 3; round += 1) {
      for (const proxy of proxies) proxy.set({ mode: 'refuse' })
      const killed = await redis.admin.call('CLIENT', 'KILL', 'TYPE', 'pubsub')
      await trial.publisher.publish(users)
      await trial.sleep(100)
      const listening = await redis.admin.call('PUBSUB', 'NUMPAT')
      trial.prove(Number(killed) > 0 && Number(listening) === 0, 'nobody listened while it was published')
      const head = await trial.cluster.engine.eventLog.head(`user:${users[0]}`)
      trial.prove(head > 0, 'the message has its place in the log')
      unheard += users.length
      for (const proxy of proxies) proxy.set({ mode: 'pass' })
      // The subscriber waits at most a second between two attempts.
      await trial.settle({ withinMs: 1_000 + 1_500 })
    }
    return `${unheard} messages were published while nobody listened`
  },
}
