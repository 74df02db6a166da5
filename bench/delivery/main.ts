import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRedis } from '@headway/embedded'
import { DELIVERIES } from './load.ts'
import { run, type Cost } from './run.ts'

/**
 * What a delivery costs a server, beside the usual glue under the same load. Both run in turn, pair by pair, and the
 * ratios' median is what counts: single times say more about the machine.
 */
const PAIRS = Number(process.argv[2] ?? 5)

const dataDir = mkdtempSync(join(tmpdir(), 'headway-bench-'))
const redis = await startRedis({ dataDir })
const ratios: Cost[] = []
try {
  await run('headway', redis.url)
  for (let pair = 1; pair <= PAIRS; pair += 1) {
    const [ours, theirs] = [await run('headway', redis.url), await run('glue', redis.url)]
    ratios.push({
      serverCpu: ours.serverCpu / theirs.serverCpu,
      publisherCpu: ours.publisherCpu / theirs.publisherCpu,
      memoryMiB: ours.memoryMiB / theirs.memoryMiB,
    })
    console.log(`pair ${pair}: ${describe(ours)} | glue: ${describe(theirs)}`)
  }
} finally {
  await redis.stop()
  rmSync(dataDir, { recursive: true, force: true })
}
console.log(`\nheadway / glue, median of ${PAIRS} pairs of ${DELIVERIES} deliveries each:`)
for (const key of ['serverCpu', 'publisherCpu', 'memoryMiB'] as const) {
  console.log(`  ${key.padEnd(13)} ${median(ratios.map((ratio) => ratio[key])).toFixed(2)}`)
}

function describe({ serverCpu, memoryMiB }: Cost): string {
  return `${serverCpu.toFixed(2)} CPU-s per 100,000 deliveries, ${memoryMiB.toFixed(0)} MiB`
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}
