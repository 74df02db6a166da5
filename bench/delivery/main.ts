import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@headway/embedded'
import { DELIVERIES } from './load.ts'
import { run, type Cost } from './run.ts'

/**
 * What a delivery costs a server: Headway beside its own wire without the promise, and beside the usual glue, under the
 * same load. They run in turn, round by round. What counts is the ratio of each one's cheapest round: whatever else the machine
 * does only adds to a cost. The median of the rounds' ratios shows how far that can be believed.
 */
const ROUNDS = Number(process.argv[2] ?? 5)
const MEASURES = ['serverCpu', 'publisherCpu', 'memoryMiB'] as const satisfies (keyof Cost)[]

const dataDir = mkdtempSync(join(tmpdir(), 'headway-bench-'))
const redis = await startRedis({ dataDir })
const rounds: { headway: Cost; bare: Cost; glue: Cost }[] = []
try {
  await run('headway', redis.url)
  for (let round = 1; round <= ROUNDS; round += 1) {
    const costs = {
      headway: await run('headway', redis.url),
      bare: await run('bare', redis.url),
      glue: await run('glue', redis.url),
    }
    rounds.push(costs)
    const row = Object.entries(costs).map(([name, cost]) => `${name} ${describe(cost)}`)
    console.log(`round ${round}: ${row.join(' | ')}`)
  }
} finally {
  await redis.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
console.log(`\n${ROUNDS} rounds of ${DELIVERIES} deliveries each${' '.repeat(10)}cheapest  median`)
for (const other of ['bare', 'glue'] as const) {
  for (const measure of MEASURES) {
    const costsOf = (name: 'headway' | 'bare' | 'glue') => rounds.map((costs) => costs[name][measure])
    const cheapest = Math.min(...costsOf('headway')) / Math.min(...costsOf(other))
    const ratio = median(rounds.map((costs) => costs.headway[measure] / costs[other][measure]))
    const row = `  ${`headway / ${other}`.padEnd(17)}${measure.padEnd(24)}`
    console.log(`${row}${cheapest.toFixed(2).padStart(8)}${ratio.toFixed(2).padStart(8)}`)
  }
}

function describe({ serverCpu, memoryMiB }: Cost): string {
  return `${serverCpu.toFixed(2)} CPU-s per 100,000 deliveries, ${memoryMiB.toFixed(0)} MiB`
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
