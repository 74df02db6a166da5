import { Redis } from 'ioredis'
import { userChannel } from '@headway/events'
import type { RawClient } from '../clients/raw-client.ts'
import { FaultProxy } from '@headway/test-kit'
import { RETURN_MS } from '../cluster/settings.ts'
import type { Row } from '../row.ts'
import type { Trial } from '../trial.ts'

/** Messages per user that the replica never hears of. */
const UNREPLICATED = 10

export const staleReplica: Row = {
  number: 6,
  name: 'stale-replica',
  promise:
    'A failover to a replica that lacks the newest messages loses none of them, for whoever was there or away.',
  needsRedisServer: true,
  resyncs: 'needed',
  async run(trial) {
    const { cluster, random } = trial
    const replica = await cluster.startRedis('replica')
    const link = await FaultProxy.start({ targets: [cluster.redis.port], random: random.next })
    try {
      await replica.admin.call('REPLICAOF', '127.0.0.1', String(link.port))
      const users = await trial.addUsers(6)
      const { atHead, beyond } = await addTravellers(trial, users)
      trial.startLoad(users)
      await trial.sleepBetween(500, 1_000)
      await trial.settle({ withinMs: 2_000 })
      await trial.expectWithin(15_000, 'the replica has everything', async () =>
        isInSync(trial, replica.port, users),
      )

      atHead.disconnect()
      link.set({ mode: 'blackhole' })
      for (let n = 0; n < UNREPLICATED; n += 1) await trial.publisher.publish(users)
      await trial.expectWithin(2_000, 'those who are there have the newest messages', () => beyond.isReady)
      await trial.expectWithin(3_000, 'the newest messages have arrived', async () => {
        const accepted = await trial.accepted()
        const own = accepted.filter(({ channel }) => channel === userChannel(beyond.userId))
        return trial.history.count('message', { client: beyond.name }) >= own.length
      })
      beyond.disconnect()

      await cluster.redis.kill()
      await replica.admin.call('REPLICAOF', 'NO', 'ONE')
      const lacking = await countLacking(trial, replica.port, users)
      trial.prove(lacking === users.length, 'the replica lacks the newest messages of every user')
      const failedOverAt = performance.now()
      cluster.moveRedis(replica.port)
      await trial.sleepBetween(200, 800)
      atHead.connect()
      beyond.connect()
      // Servers alone publish now: they must see by themselves that another Redis answers.
      trial.startLoad(users, { isNudged: false })
      await trial.sleep(1_500)
      await trial.settle({ withinMs: RETURN_MS + 2_000 })

      const told = trial.history.count('resync', { since: failedOverAt, client: beyond.name })
      trial.expect(told === 1, `a cursor of the lost part gets one resync (got ${told})`)
      const resyncs = trial.history.count('resync', { since: failedOverAt, client: atHead.name })
      trial.expect(resyncs === 0, 'a cursor at the head of the replica needs no resync')
      return `the replica lacked ${UNREPLICATED} messages of each of ${lacking} users`
    } finally {
      await link.stop()
    }
  },
}

/** Two who will be away: one that stands where the replica stands, one that has seen what the replica has not. */
async function addTravellers(
  trial: Trial,
  [first = '', second = '']: string[],
): Promise<{ atHead: RawClient; beyond: RawClient }> {
  const atHead = await trial.addRawClient(first)
  const beyond = await trial.addRawClient(second)
  await trial.connectAll()
  return { atHead, beyond }
}

async function isInSync(trial: Trial, replicaPort: number, users: string[]): Promise<boolean> {
  return (await countLacking(trial, replicaPort, users)) === 0
}

/** Channels whose head on the replica is not the one that the clients have seen last. */
async function countLacking(trial: Trial, replicaPort: number, users: string[]): Promise<number> {
  const replica = new Redis({ host: '127.0.0.1', port: replicaPort })
  try {
    const heads = await Promise.all(users.map((userId) => replica.hget(`hw:{user:${userId}}:head`, 'seq')))
    return users.filter((userId, index) => Number(heads[index] ?? 0) !== newestSeen(trial, userId)).length
  } finally {
    replica.disconnect()
  }
}

function newestSeen(trial: Trial, userId: string): number {
  const seqs = trial.clients
    .filter((client) => client.userId === userId)
    .flatMap(({ name }) => trial.history.of(name).map(({ seq = 0 }) => seq))
  return Math.max(0, ...seqs)
}
