import { join } from 'node:path'
import { parseArguments } from './arguments.ts'
import { ChaosPostgres } from './cluster/chaos-postgres.ts'
import { hasRedisServer } from './cluster/redis-server.ts'
import { formatResult, HEADINGS, writeReport } from './report.ts'
import { ROWS } from './rows/index.ts'
import type { RowResult } from './run-row.ts'
import { runRows } from './run-rows.ts'

const RESULTS_DIR = 'test-results'

const { programs, rows: numbers, seeds, minutes } = parseArguments(process.argv.slice(2), Date.now())
const deadline = performance.now() + minutes * 60_000
const rows = ROWS.filter(({ number }) => numbers.length === 0 || numbers.includes(number))
if (rows.length === 0)
  throw new Error(
    `There is no row ${numbers.join(', ')}. Rows: ${ROWS.map(({ number }) => number).join(', ')}.`,
  )

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])
  process.once(signal, () => process.exit(130))

const postgres = await ChaosPostgres.start({ isDurable: false })
const results: RowResult[] = []
const isRedisServerThere = await hasRedisServer()
say(`seeds ${seeds.join(', ')}\n\n${HEADINGS}`)
try {
  let round = seeds
  do {
    const options = {
      programs,
      postgresUrl: postgres.url,
      logDir: join(RESULTS_DIR, 'chaos'),
      hasRedisServer: isRedisServerThere,
    }
    results.push(
      ...(await runRows(rows, { ...options, seeds: round, onResult: (result) => say(formatResult(result)) })),
    )
    round = round.map((seed) => seed + round.length)
  } while (performance.now() < deadline)
} finally {
  await postgres.stop()
}
const file = join(RESULTS_DIR, 'chaos.json')
writeReport(file, results)
const failed = results.filter(({ outcome }) => outcome === 'red' || outcome === 'invalid')
const skipped = results.filter(({ outcome }) => outcome === 'skipped')
say(
  `\n${results.length - failed.length - skipped.length} green, ${failed.length} failed, ${skipped.length} skipped; see ${file}`,
)
process.exit(failed.length === 0 ? 0 : 1)

function say(text: string): void {
  process.stdout.write(`${text}\n`)
}
