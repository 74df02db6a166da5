import type { Row } from '../row.ts'
import type { Trial } from '../trial.ts'

const FROZEN_MS = 7_000
const DETECT_MS = 5_000

export const frozenRedis: Row = {
  number: 9,
  name: 'frozen-redis',
  promise:
    'A Redis that freezes is noticed, calls succeed meanwhile, and nothing needs a restart when it thaws.',
  needsRedisServer: true,
  resyncs: 'none',
  cluster: { workers: 1 },
  async run(trial) {
    const users = await trial.addUsers(8)
    const [userId = ''] = users
    const pids = trial.cluster.programs.map(({ pid }) => pid)
    trial.startLoad(users, { perSecond: 80 })
    await trial.sleep(500)
    trial.cluster.redis.signal('SIGSTOP')
    const frozenAt = performance.now()
    const noticedMs = await trial.expectWithin(
      DETECT_MS,
      'every server says that it is not ready',
      async () => {
        const answers = await Promise.all(trial.cluster.serverPorts.map((port) => readiness(trial, port)))
        return answers.every((status) => status === 503)
      },
    )
    const jobId = await trial.createJob(userId, { steps: 2, stepMs: 50 })
    await trial.sleep(Math.max(0, FROZEN_MS - (performance.now() - frozenAt)))
    trial.cluster.redis.signal('SIGCONT')
    await trial.expectWithin(5_000, 'every server is ready again', async () => {
      const answers = await Promise.all(trial.cluster.serverPorts.map((port) => readiness(trial, port)))
      return answers.every((status) => status === 200)
    })
    await trial.expectCompleted(userId, [jobId], 20_000)
    await trial.settle({ withinMs: 5_000 })
    trial.expect(
      trial.cluster.programs.every(({ pid }, index) => pid === pids[index]),
      'no process was restarted',
    )
    return `Redis stood still for ${FROZEN_MS / 1_000} s, noticed after ${noticedMs} ms`
  },
}

async function readiness(trial: Trial, port: number): Promise<number> {
  const { status } = await trial.request(trial.userId(0), 'GET', '/ready', { port })
  return status
}
