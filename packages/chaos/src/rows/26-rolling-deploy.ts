import type { Row } from '../row.ts'
import type { Trial } from '../trial.ts'

const CLIENTS = 500
const USERS = 100
/** A draining server asks its clients to come back within 2 s. */
const LONGEST_ABSENCE_MS = 10_000

export const rollingDeploy: Row = {
  number: 26,
  name: 'rolling-deploy',
  promise: 'Servers that are replaced one after the other cost their clients no message and little time.',
  needsRedisServer: false,
  resyncs: 'none',
  async run(trial) {
    const users = Array.from({ length: USERS }, (_, index) => trial.userId(index))
    for (let n = 0; n < CLIENTS; n += 1) {
      await trial.addRawClient(users[n % USERS] ?? '', { retryMs: [100, 2_000], silenceMs: 10_000 })
    }
    for (const userId of users.slice(0, 10)) await trial.addCoreClient(userId)
    await trial.connectAll()
    trial.startLoad(users, { perSecond: 60 })
    const startedAt = performance.now()
    for (const server of trial.cluster.servers) {
      await server.end('SIGTERM')
      await trial.expectWithin(30_000, 'the clients are at the other server', () => {
        return trial.clients.every(({ isReady }) => isReady)
      })
      await server.start()
    }
    const moves = trial.history.count('disconnected', { since: startedAt })
    trial.prove(moves >= CLIENTS, 'every client was moved at least once')
    await trial.settle({ withinMs: 30_000 })
    const longestMs = Math.max(...trial.clients.map(({ name }) => longestAbsence(trial, name)))
    trial.expect(
      longestMs <= LONGEST_ABSENCE_MS,
      `nobody was away for long (somebody was for ${longestMs} ms)`,
    )
    return `${moves} moves of ${trial.clients.length} clients, the longest took ${longestMs} ms`
  },
}

function longestAbsence(trial: Trial, name: string): number {
  let leftAt: number | undefined
  let longest = 0
  for (const { kind, t } of trial.history.of(name)) {
    if (kind === 'disconnected') leftAt ??= t
    if (kind !== 'connected' || leftAt === undefined) continue
    longest = Math.max(longest, Math.round(t - leftAt))
    leftAt = undefined
  }
  return longest
}
