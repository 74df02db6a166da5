import type { Fault, FaultProxy } from '@headway/test-kit'
import { RETURN_MS } from '../cluster/settings.ts'
import type { Row } from '../row.ts'
import type { Trial } from '../trial.ts'

/** A blink, a broken line, and an absence that both sides notice; all of them shorter than the log reaches back. */
const CUTS: readonly { fault: Fault; ms: number }[] = [
  { fault: { mode: 'blackhole' }, ms: 1_000 },
  { fault: { mode: 'refuse' }, ms: 4_000 },
  { fault: { mode: 'blackhole' }, ms: 8_000 },
]

export const clientNetwork: Row = {
  number: 14,
  name: 'client-network',
  promise: 'Clients whose network fails for a while get exactly what they missed.',
  needsRedisServer: false,
  resyncs: 'none',
  async run(trial) {
    const edges: FaultProxy[] = []
    const userIds = CUTS.map((_, index) => trial.userId(index))
    for (const userId of userIds) {
      const edge = await trial.cluster.openEdge()
      edges.push(edge)
      await trial.addRawClient(userId, { port: () => edge.port })
      await trial.addCoreClient(userId, edge.port)
    }
    await trial.connectAll()
    trial.startLoad(userIds, { perSecond: 30 })
    await trial.sleepBetween(300, 800)
    const cutAt = performance.now()
    await Promise.all(CUTS.map((cut, index) => cutOff(trial, edges[index], cut)))
    await trial.sleep(1_000)
    const cuts = trial.history.count('disconnected', { since: cutAt })
    trial.prove(cuts >= trial.clients.length, 'every client lost its connection')
    await trial.settle({ withinMs: RETURN_MS + 3_000 })
    return `${cuts} connections were lost, for up to ${Math.max(...CUTS.map(({ ms }) => ms)) / 1_000} s`
  },
}

async function cutOff(
  trial: Trial,
  edge: FaultProxy | undefined,
  { fault, ms }: { fault: Fault; ms: number },
): Promise<void> {
  edge?.set(fault)
  if (fault.mode === 'refuse') edge?.reset()
  await trial.sleep(ms)
  edge?.set({ mode: 'pass' })
}
