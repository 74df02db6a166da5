import { RETURN_MS } from '../cluster/settings.ts'
import type { Row } from '../row.ts'

export const killServer: Row = {
  number: 1,
  name: 'kill-server',
  promise: 'The clients of a killed server go on at another one, as if nothing had happened.',
  needsRedisServer: false,
  resyncs: 'none',
  async run(trial) {
    const users = await trial.addUsers(10)
    trial.startLoad(users)
    await trial.sleepBetween(500, 1_500)
    const killedAt = performance.now()
    const [victim] = trial.cluster.servers
    await victim?.end('SIGKILL')
    await trial.sleep(1_000)
    await victim?.start()
    await trial.sleep(1_000)
    const moved = trial.history.count('disconnected', { since: killedAt })
    trial.prove(moved > 0, 'clients lost their connection')
    await trial.settle({ withinMs: RETURN_MS + 2_000 })
    return `${moved} clients lost their server`
  },
}
