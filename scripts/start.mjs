/**
 * `npm start` and, with `--dev`, `npm run dev`: from a fresh clone to a running Headway, with nothing on the machine but
 * Node and npm. Plain JavaScript without dependencies, for any Node from 20.
 *
 *     Node 24 and pnpm → dependencies → build → the launcher, which runs everything
 */
import { join } from 'node:path'
import { build } from './lib/build.mjs'
import { ensureDependencies } from './lib/dependencies.mjs'
import { ROOT } from './lib/repository.mjs'
import { endCommands } from './lib/run-command.mjs'
import { SetupError } from './lib/setup-error.mjs'
import { step } from './lib/step.mjs'
import { supervise } from './lib/supervise.mjs'
import { ensureToolchain } from './lib/toolchain.mjs'
import { bold, dim, red, say } from './lib/terminal.mjs'

const isDevelopment = process.argv.includes('--dev')
const SHOWN_OUTPUT_LINES = 30

/** Everything, or in development only what does not run from its sources. */
const BUILT = isDevelopment
  ? ['@headway/launcher']
  : ['@headway/launcher', '@headway/server', '@headway/workers', '@headway/web']

const stop = () => {
  endCommands()
  process.exit(130)
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, stop)

try {
  say()
  say(bold(isDevelopment ? 'Headway (development)' : 'Headway'))
  const toolchain = await step('Tools', ensureToolchain)
  await step('Dependencies', () => ensureDependencies(toolchain))
  await step('Build', () => build(toolchain, BUILT))
  // From here on the launcher ends itself in order.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.off(signal, stop)
  const launcher = [join(ROOT, 'launcher/dist/main.js'), ...(isDevelopment ? ['--dev'] : [])]
  process.exitCode = await supervise(toolchain.node, launcher, toolchain.env)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  if (error.output) say(dim(error.output.trimEnd().split('\n').slice(-SHOWN_OUTPUT_LINES).join('\n')))
  say(`${red('✗')} ${error.message}`)
  process.exitCode = 1
}
