import { userChannel } from '@headway/events'
import { countUnsent } from '../accepted-table.ts'
import type { Row } from '../row.ts'
import type { Trial } from '../trial.ts'

const KEPT = 50
const KEPT_MS = 6_000

/** How much each of the users misses, and whether the log still has all of it. */
const ABSENCES = [
  { missed: KEPT - 1, awayMs: 0, resyncs: 0 },
  { missed: KEPT, awayMs: 0, resyncs: 0 },
  { missed: KEPT + 1, awayMs: 0, resyncs: 1 },
  { missed: 3, awayMs: KEPT_MS + 1_000, resyncs: 1 },
]

export const beyondRetention: Row = {
  number: 15,
  name: 'beyond-retention',
  promise:
    'Whoever was away longer than the log reaches back gets one resync and never a part, to the message.',
  needsRedisServer: false,
  resyncs: 'needed',
  cluster: { env: { EVENT_BUFFER_MAX_SIZE: String(KEPT), EVENT_BUFFER_MAX_AGE_MS: String(KEPT_MS) } },
  async run(trial) {
    const users = await trial.addUsers(ABSENCES.length)
    await trial.publisher.publish(users)
    await trial.settle({ withinMs: 3_000 })
    for (const client of trial.clients) client.disconnect()
    await trial.expectWithin(2_000, 'all are away', () => trial.clients.every(({ isReady }) => !isReady))
    await Promise.all(ABSENCES.map((absence, index) => stayAway(trial, users[index] ?? '', absence)))

    await trial.publisher.publish(users)
    await trial.settle({ withinMs: 3_000 })
    for (const [index, { missed, resyncs }] of ABSENCES.entries()) {
      for (const { name, userId } of trial.clients.filter((client) => client.userId === users[index])) {
        const told = trial.history.count('resync', { client: name })
        trial.expect(told === resyncs, `${name}, who missed ${missed}, gets ${resyncs} resyncs (got ${told})`)
        const got = trial.history.of(name).filter(({ channel }) => channel === userChannel(userId))
        const messages = got.filter(({ kind }) => kind === 'message').length
        const wanted = 2 + (resyncs > 0 ? 0 : missed)
        trial.expect(messages === wanted, `${name} gets ${wanted} messages, all or nothing (got ${messages})`)
      }
    }
    return `absences of ${ABSENCES.map(({ missed }) => missed).join(', ')} messages where ${KEPT} are kept, for ${KEPT_MS} ms`
  },
}

async function stayAway(
  trial: Trial,
  userId: string,
  { missed, awayMs }: { missed: number; awayMs: number },
): Promise<void> {
  await trial.publisher.publish(Array.from({ length: missed }, () => userId))
  await trial.expectWithin(3_000, 'all of it is in the log', async () => {
    return (await countUnsent(trial.cluster.engine.db)) === 0
  })
  await trial.sleep(awayMs)
  const own = trial.clients.filter((client) => client.userId === userId)
  for (const client of own) client.connect()
  await trial.expectWithin(5_000, 'the clients are back', () => own.every(({ isReady }) => isReady))
}
