import { sql } from 'kysely'
import { userChannel } from '@headway/events'
import type { Row } from '../row.ts'

const ROUNDS = 150

export const twoRelays: Row = {
  number: 23,
  name: 'two-relays',
  promise: 'Relays that publish the same channel at the same time neither swap nor repeat a message.',
  needsRedisServer: false,
  resyncs: 'none',
  cluster: { env: { HEADWAY_OUTBOX_SWEEP_MS: '20' } },
  async run(trial) {
    const { cluster } = trial
    const users = await trial.addUsers(4)
    const relays = [
      cluster.engine.relay,
      (await cluster.openEngine()).relay,
      (await cluster.openEngine()).relay,
    ]
    const channels = users.map(userChannel)
    let contended = 0
    for (let round = 0; round < ROUNDS; round += 1) {
      await trial.publisher.publish([...users, ...users], { isNudged: false })
      for (const relay of relays) relay.nudge(channels)
      const { rows } = await sql<{ waiting: number }>`
        select count(*) as waiting from pg_locks where locktype = 'advisory' and not granted`.execute(
        cluster.engine.db,
      )
      if ((rows[0]?.waiting ?? 0) > 0) contended += 1
      await trial.sleepBetween(0, 25)
    }
    trial.prove(contended > 0, 'relays waited for each other')
    await trial.settle({ withinMs: 5_000 })
    return `in ${contended} of ${ROUNDS} rounds relays were seen to wait for each other`
  },
}
