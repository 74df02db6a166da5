/**
 * `npm run chaos`: breaks a Headway on purpose, row by row, and counts what was lost (docs/chaos.md). Brings what it needs, as
 * `npm start` does.
 */
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { ensureDependencies } from './lib/dependencies.mjs'
import { ROOT } from './lib/repository.mjs'
import { SetupError } from './lib/setup-error.mjs'
import { step } from './lib/step.mjs'
import { supervise } from './lib/supervise.mjs'
import { dim, red, say } from './lib/terminal.mjs'
import { ensureToolchain } from './lib/toolchain.mjs'

const HARNESS = 'packages/chaos/src/main.ts'
const PROGRAMS = ['--server', urlOf('server/src/main.ts'), '--worker', urlOf('workers/src/main.ts')]

try {
  const toolchain = await step('Tools', ensureToolchain)
  await step('Dependencies', () => ensureDependencies(toolchain))
  const flags = ['--conditions=@headway/source', '--disable-warning=ExperimentalWarning']
  const args = [...flags, HARNESS, ...PROGRAMS, ...process.argv.slice(2)]
  process.exitCode = await supervise(toolchain.node, args, toolchain.env)
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  say(dim(error.output.trimEnd().split('\n').slice(-30).join('\n')))
  say(`${red('✗')} ${error.message}`)
  process.exitCode = 1
}

/** @param {string} path */
function urlOf(path) {
  return pathToFileURL(join(ROOT, path)).href
}
