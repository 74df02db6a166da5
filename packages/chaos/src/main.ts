import { ArgumentError, parseArguments, USAGE, type ChaosArguments } from './arguments.ts'
import { ChaosPostgres } from './cluster/chaos-postgres.ts'
import { hasRedisServer } from './cluster/redis-server.ts'
import { ROWS } from './rows/index.ts'
import { rehearseMutants, rehearseRows, runLongDistance } from './session.ts'

const args = readCommandLine()
if (args.mode === 'help') {
  process.stdout.write(`${USAGE}\n`)
  process.exit()
}
const { mode } = args
const rows = ROWS.filter(({ number }) => args.rows.length === 0 || args.rows.includes(number))
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
  switch (mode) {
    case 'rows':
      return rehearseRows(rows, parts)
    case 'mutants':
      return rehearseMutants(parts)
    case 'marathon':
      return runLongDistance(parts)
    default:
      return mode satisfies never
  }
}

function readCommandLine(): ChaosArguments {
  try {
    return parseArguments(process.argv.slice(2), Date.now())
  } catch (error) {
    if (!(error instanceof ArgumentError)) throw error
    process.stderr.write(`${error.message}\n\n${USAGE}\n`)
    return process.exit(2)
  }
}
