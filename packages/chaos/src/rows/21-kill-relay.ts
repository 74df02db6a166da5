import { sql } from 'kysely'
import { countUnsent } from '../accepted-table.ts'
import { RETURN_MS } from '../cluster/settings.ts'
import type { Row } from '../row.ts'
import type { Trial } from '../trial.ts'

const ROUNDS = 3
/** Whoever holds this lock keeps relays from noting what they have published. */
const MARKING = 4_242

export const killRelay: Row = {
  number: 21,
  name: 'kill-relay',
  promise:
    'A relay that is killed after it published and before it noted so makes nobody see a message twice.',
  needsRedisServer: false,
  resyncs: 'none',
  cluster: { servers: 1 },
  async run(trial) {
    const users = await trial.addUsers(2)
    await sql`create function chaos_hold() returns trigger language plpgsql as $$
      begin
        perform pg_advisory_xact_lock_shared(${sql.lit(MARKING)});
        return new;
      end $$`.execute(trial.cluster.engine.db)
    await sql`create trigger chaos_hold before update on outbox for each row execute function chaos_hold()`.execute(
      trial.cluster.engine.db,
    )
    for (let round = 0; round < ROUNDS; round += 1) {
      await killBetweenPublishAndMark(trial, users)
      await trial.cluster.servers[0]?.start()
      await trial.settle({ withinMs: RETURN_MS + 1_000 })
    }
    return `${ROUNDS} times a relay was killed with ${users.length} messages published and not marked`
  },
}

async function killBetweenPublishAndMark(trial: Trial, users: string[]): Promise<void> {
  const { engine, servers } = trial.cluster
  await engine.db.connection().execute(async (session) => {
    await sql`select pg_advisory_lock(${MARKING})`.execute(session)
    const startedAt = performance.now()
    const count = users.length
    await trial.publisher.publish(users, { isNudged: false })
    await trial.expectWithin(3_000, 'the messages arrive by the sweep alone', () => {
      return trial.history.count('message', { since: startedAt }) >= count * 2
    })
    trial.prove((await countUnsent(engine.db)) === count, 'what has arrived is not marked as published')
    await servers[0]?.end('SIGKILL')
    await sql`select pg_advisory_unlock(${MARKING})`.execute(session)
  })
}
