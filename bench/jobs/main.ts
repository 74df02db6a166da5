import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removePostgresData, startPostgres, startRedis } from '@headway/embedded'
import { run } from './run.ts'

/**
 * How many jobs per second go through: Headway's whole path, from the request to JOB_COMPLETED on a socket, beside bare BullMQ
 * adding and completing entries that do nothing, on the same Redis. They run in turn, round by round. What counts is the ratio
 * of each one's best round; the median of the rounds' ratios shows how far that can be believed.
 */
const ROUNDS = Number(process.argv[2] ?? 5)
const CONCURRENCIES = [1, 10, 50] as const
const JOBS = { 1: 150, 10: 600, 50: 1_500 } as const

const folder = mkdtempSync(join(tmpdir(), 'headway-bench-'))
// Under root, Postgres runs as another user.
chmodSync(folder, 0o711)
const postgresDir = join(folder, 'postgres')
const redis = await startRedis({ dataDir: join(folder, 'redis') })
const postgres = await startPostgres({ dataDir: postgresDir })
const rounds: Record<'headway' | 'bullmq', number>[][] = CONCURRENCIES.map(() => [])
try {
  for (let round = 1; round <= ROUNDS; round += 1) {
    for (const [index, concurrency] of CONCURRENCIES.entries()) {
      const load = { redisUrl: redis.url, postgresUrl: postgres.url, concurrency, jobs: JOBS[concurrency] }
      const rates = { headway: await run('headway', load), bullmq: await run('bullmq', load) }
      rounds[index]?.push(rates)
      const { headway, bullmq } = rates
      console.log(
        `round ${round}, ${concurrency} at once: headway ${headway.toFixed(0)}/s, bullmq ${bullmq.toFixed(0)}/s`,
      )
    }
  }
} finally {
  await postgres.stop()
  await redis.stop()
  removePostgresData(postgresDir)
  rmSync(folder, { recursive: true, force: true })
}
console.log(`\n${ROUNDS} rounds, headway / bullmq${' '.repeat(12)}best  median   headway/s   bullmq/s`)
for (const [index, concurrency] of CONCURRENCIES.entries()) {
  const rates = rounds[index] ?? []
  const best = {
    headway: Math.max(...rates.map((one) => one.headway)),
    bullmq: Math.max(...rates.map((one) => one.bullmq)),
  }
  const ratio = (best.headway / best.bullmq).toFixed(2).padStart(8)
  const middle = median(rates.map((one) => one.headway / one.bullmq))
    .toFixed(2)
    .padStart(8)
  const perSecond = `${best.headway.toFixed(0).padStart(12)}${best.bullmq.toFixed(0).padStart(11)}`
  console.log(`  ${`${concurrency} at once`.padEnd(28)}${ratio}${middle}${perSecond}`)
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
