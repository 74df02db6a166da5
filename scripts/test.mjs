/**
 * `npm test`: everything that holds Headway to its promises, one line per check and `N passed, N failed` as the last. Brings
 * what it needs, as `npm start` does; ends in any case, and leaves nothing running.
 */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureDependencies } from './lib/dependencies.mjs'
import { ROOT } from './lib/repository.mjs'
import { endCommands, runCommand } from './lib/run-command.mjs'
import { SetupError } from './lib/setup-error.mjs'
import { removeStaleOutput } from './lib/stale-output.mjs'
import { step } from './lib/step.mjs'
import { Tally } from './lib/tally.mjs'
import { dim, red, say } from './lib/terminal.mjs'
import { ensureToolchain } from './lib/toolchain.mjs'
import { takeTestResults } from './lib/vitest-results.mjs'
import { watchParent } from './lib/watch-parent.mjs'

/** Whatever hangs is ended then, so that the whole ends too. */
const DEADLINE_MS = 45 * 60_000

/** @type {[name: string, command: string, ...args: string[]][]} */
const CHECKS = [
  ['Format', 'oxfmt', '--check', '.'],
  ['Lint', 'oxlint', '--type-aware', '--deny-warnings'],
  ['Types', 'turbo', 'run', 'types:check', '--output-logs=errors-only'],
  ['Unused', 'knip', '--no-progress'],
  ['Build', 'turbo', 'run', 'build', '--output-logs=errors-only'],
  ['Packages', 'node', 'scripts/check-packages.mjs'],
  ['Installed', 'node', 'scripts/check-installed.mjs'],
  ['API reference', 'pnpm', 'docs:api'],
  ['Sizes', 'size-limit', '--config', 'size-limit.config.ts'],
  ['Lockfile', 'node', 'scripts/check-lockfile.mjs'],
]
const TEST_PROJECTS = ['unit', 'react-18', 'integration', 'browser']

const tally = new Tally()
const startedAt = performance.now()

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => abandon(signal))
watchParent(() => abandon('npm has ended'))

try {
  say()
  const toolchain = await step('Tools', ensureToolchain)
  await step('Dependencies', () => ensureDependencies(toolchain))
  // CI: no watch mode, no colours, and a forgotten `.only` fails.
  const env = { ...toolchain.env, CI: '1', NO_COLOR: '1', FORCE_COLOR: undefined }
  removeStaleOutput()
  for (const [name, command, ...args] of CHECKS) await check(name, command, args, env)
  for (const project of TEST_PROJECTS) await test(project, env)
} catch (error) {
  tally.failed += 1
  const message =
    error instanceof SetupError ? error.message : String(error instanceof Error ? error.stack : error)
  if (error instanceof SetupError) say(dim(error.output.trimEnd().split('\n').slice(-30).join('\n')))
  say(`${red('✗')} ${message}`)
}
process.exit(tally.finish())

/**
 * @param {string} name
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 */
async function check(name, command, args, env) {
  const start = performance.now()
  const result = await runCommand(command, args, { env, timeoutMs: timeLeftMs() })
  tally.addCheck(name, performance.now() - start, result)
}

/**
 * @param {string} project
 * @param {NodeJS.ProcessEnv} env
 */
async function test(project, env) {
  const start = performance.now()
  const resultsFile = join(ROOT, 'test-results', `${project}.json`)
  rmSync(resultsFile, { force: true })
  const args = [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${resultsFile}`,
  ]
  const result = await runCommand('vitest', args, { env, timeoutMs: timeLeftMs() })
  tally.addTests(`Tests: ${project}`, performance.now() - start, result, takeTestResults(resultsFile))
}

function timeLeftMs() {
  return Math.max(1_000, DEADLINE_MS - (performance.now() - startedAt))
}

/** @param {string} reason */
function abandon(reason) {
  endCommands()
  tally.failed += 1
  say(red(`Abandoned: ${reason}`))
  tally.finish()
  process.exit(130)
}
