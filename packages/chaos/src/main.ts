import { parseArguments } from './arguments.ts'
import { ChaosPostgres } from './cluster/chaos-postgres.ts'
import { hasRedisServer } from './cluster/redis-server.ts'
import { ROWS } from './rows/index.ts'
import { rehearseMutants, rehearseRows, runLongDistance } from './session.ts'

const args = parseArguments(process.argv.slice(2), Date.now())
const rows = ROWS.filter(({ number }) => args.rows.length === 0 || args.rows.includes(number))
if (rows.length === 0) {
  const numbers = ROWS.map(({ number }) => number).join(', ')
  throw new Error(`There is no row ${args.rows.join(', ')}. Rows: ${numbers}.`)
}
// What was started ends with this process.
for (const reason of ['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])
  process.once(reason, () => process.exit(130))

const postgres = await ChaosPostgres.start({ isDurable: false })
const parts = {
  args,
  postgresUrl: postgres.url,
  hasRedisServer: await hasRedisServer(),
  folder: 'test-results',
  say: (text: string) => void process.stdout.write(`${text}\n`),
}
try {
  process.exitCode = (await run()) === 0 ? 0 : 1
} finally {
  await postgres.stop()
}
process.exit()

function run(): Promise<number> {
  switch (args.mode) {
    case 'rows':
      return rehearseRows(rows, parts)
    case 'mutants':
      return rehearseMutants(parts)
    case 'marathon':
      return runLongDistance(parts)
    default:
      return args.mode satisfies never
  }
}
