import { RETURN_MS, SILENCE_MS } from '../cluster/settings.ts'
import type { Row } from '../row.ts'

const CLIENTS = 20

export const halfOpenClient: Row = {
  number: 17,
  name: 'half-open-client',
  promise: 'A server lets go of clients that have vanished without a word.',
  needsRedisServer: false,
  resyncs: 'none',
  async run(trial) {
    const edge = await trial.cluster.openEdge()
    const users = [trial.userId(0), trial.userId(1)]
    for (let n = 0; n < CLIENTS; n += 1) {
      await trial.addRawClient(users[n % users.length] ?? '', { port: () => edge.port })
    }
    await trial.connectAll()
    trial.prove(edge.upstreams === CLIENTS, 'every client has a connection to a server')
    edge.set({ mode: 'blackhole' })
    trial.startLoad(users, { perSecond: 10 })
    const tookMs = await trial.expectWithin(
      SILENCE_MS + 2_000,
      'the servers hold none of the connections',
      () => {
        return edge.upstreams === 0
      },
    )
    trial.prove(edge.swallowedBytes > 0, 'something was swallowed')
    edge.set({ mode: 'pass' })
    await trial.settle({ withinMs: RETURN_MS + 2_000 })
    return `${CLIENTS} clients vanished; the servers let go of the last one after ${tookMs} ms`
  },
}
