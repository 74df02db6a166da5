import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { REPOSITORY } from '../src/config.ts'
import { LauncherRun, type LaunchedProcess } from './launcher-run.ts'
import { processesOn } from './process-tree.ts'

interface Manifest {
  readonly scripts: { readonly start: string }
}

/** `npm start` in a folder of its own: npm → a script that supervises as `scripts/start.mjs` does → the launcher. */
function npmStart(run: LauncherRun): LaunchedProcess {
  const folder = mkdtempSync(join(tmpdir(), 'headway-npm-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const supervise = join(REPOSITORY, 'scripts/lib/supervise.mjs')
  const launcher = join(import.meta.dirname, 'fake-launcher.ts')
  const args = ['--disable-warning=ExperimentalWarning', '--conditions=@headway/source', launcher]
  writeFileSync(
    join(folder, 'start.mjs'),
    `import { supervise } from ${JSON.stringify(supervise)}
     process.exitCode = await supervise(process.execPath, ${JSON.stringify(args)}, process.env)`,
  )
  const { scripts } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as Manifest
  const start = scripts.start.replace('scripts/start.mjs', 'start.mjs')
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start } }))
  return run.launch('npm', ['start'], {}, folder)
}

function pidOf(run: LauncherRun, part: string): number {
  const found = processesOn(run.dataDir).find(({ command }) => command.includes(part))
  if (!found) throw new Error(`No process with ${part} in its command.`)
  return found.pid
}

it.each([
  ['npm', (_run: LauncherRun, npm: LaunchedProcess) => npm.child.pid ?? 0],
  ['the start script', (run: LauncherRun) => pidOf(run, 'node start.mjs')],
  ['the launcher', (run: LauncherRun) => pidOf(run, 'fake-launcher.ts')],
])('leaves nothing behind when %s is killed', async (_who, pidToKill) => {
  const run = await LauncherRun.create()
  const npm = npmStart(run)
  await npm.untilReady()
  process.kill(pidToKill(run, npm), 'SIGKILL')
  expect(await run.remains()).toEqual([])
  expect(run.stops()).toEqual(['server put back', 'worker put back'])
})

it.each(['SIGINT', 'SIGTERM'] as const)('stops in order when npm gets %s', async (signal) => {
  const run = await LauncherRun.create()
  const npm = npmStart(run)
  await npm.untilReady()
  npm.child.kill(signal)
  await npm.exitCode
  expect(await run.remains()).toEqual([])
  expect(run.stops()).toEqual(['server put back', 'worker put back'])
})
