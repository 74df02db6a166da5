import { RETURN_MS, SILENCE_MS } from '../cluster/settings.ts'
import type { Row } from '../row.ts'

const FROZEN_MS = 8_000

export const frozenServer: Row = {
  number: 12,
  name: 'frozen-server',
  promise: 'The clients of a frozen server move on, and when it thaws it disturbs nobody.',
  needsRedisServer: false,
  resyncs: 'none',
  async run(trial) {
    const users = await trial.addUsers(8)
    trial.startLoad(users, { perSecond: 80 })
    await trial.sleepBetween(300, 800)
    const [victim] = trial.cluster.servers
    const frozenAt = performance.now()
    victim?.signal('SIGSTOP')
    await trial.sleep(FROZEN_MS)
    const moved = trial.history.count('disconnected', { since: frozenAt })
    victim?.signal('SIGCONT')
    trial.prove(moved > 0, `clients left the server that was silent for more than ${SILENCE_MS} ms`)
    await trial.sleep(1_500)
    await trial.settle({ withinMs: RETURN_MS + 3_000 })
    return `a server stood still for ${FROZEN_MS / 1_000} s; ${moved} clients moved on`
  },
}
