import { serverMetric } from '../cluster/server-metric.ts'
import type { Row } from '../row.ts'
import type { Trial } from '../trial.ts'

const CLIENTS = 1_000
const USERS = 200
/** A draining server asks its clients to come back within 2 s. */
const LONGEST_ABSENCE_MS = 10_000
/** While a thousand clients come at once, in seconds. */
const LAG_P99_S = 0.5

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
    let lag = 0
    for (const [index, server] of trial.cluster.servers.entries()) {
      const otherPort = trial.cluster.serverPorts[1 - index] ?? 0
      // Reading it begins a new time of measurement.
      await serverMetric(otherPort, LAG)
      await server.end('SIGTERM')
      await trial.expectWithin(30_000, 'the clients are at the other server', () => {
        return trial.clients.every(({ isReady }) => isReady)
      })
      lag = Math.max(lag, await serverMetric(otherPort, LAG))
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
    trial.expect(lag < LAG_P99_S, `the event loops go on (p99 of the lag ${lag} s)`)
    return `${moves} moves of ${trial.clients.length} clients, the longest took ${longestMs} ms; event-loop lag p99 ${Math.round(lag * 1_000)} ms`
  },
}

const LAG = 'nodejs_eventloop_lag_p99_seconds'

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
