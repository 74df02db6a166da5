import { RETURN_MS } from '../cluster/settings.ts'
import type { Row } from '../row.ts'

const DOWN_MS = 2_000

export const restartPostgres: Row = {
  number: 19,
  name: 'restart-postgres',
  promise:
    'A Postgres that crashes in mid-commit costs nothing that it had accepted; calls say 503, and soon.',
  needsRedisServer: false,
  resyncs: 'none',
  hasOwnPostgres: true,
  cluster: { workers: 1 },
  async run(trial) {
    const users = await trial.addUsers(8)
    const [userId = ''] = users
    trial.startLoad(users)
    await trial.sleepBetween(500, 1_200)
    await trial.postgres.crash()
    const crashedAt = performance.now()
    const statuses = new Set<number>()
    while (performance.now() - crashedAt < DOWN_MS) {
      const body = { type: 'rehearse', steps: 1, stepMs: 10 }
      const { status } = await trial.request(userId, 'POST', '/api/jobs', { body, timeoutMs: 8_000 })
      statuses.add(status)
      await trial.sleep(100)
    }
    await trial.postgres.startAgain()
    const seen = [...statuses].join(', ')
    trial.prove(trial.publisher.failures > 0, 'transactions failed')
    trial.expect(statuses.has(503) && statuses.size === 1, `calls are answered with 503 alone (with ${seen})`)
    await trial.sleep(1_500)
    const jobId = await trial.createJob(userId, { steps: 1, stepMs: 10 })
    await trial.expectCompleted(userId, [jobId], 15_000)
    await trial.settle({ withinMs: RETURN_MS + 5_000 })
    return `${trial.publisher.failures} transactions failed while Postgres was down`
  },
}
