import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifests } from './manifests.mjs'
import { ROOT, readRootFile } from './repository.mjs'
import { runCommand } from './run-command.mjs'
import { SetupError } from './setup-error.mjs'

/** Lies in `node_modules`, so that whoever removes that gets it anew. */
const STAMP = join(ROOT, 'node_modules/.headway-installed')

/**
 * Installs the dependencies exactly as the lockfile says, unless nothing has changed since the last time.
 *
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 * @returns {Promise<boolean>} whether there was anything to do
 * @throws {SetupError}
 */
export async function ensureDependencies({ env }) {
  const wanted = fingerprint()
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === wanted) return false
  const { code, output } = await runCommand(
    'pnpm',
    ['install', '--frozen-lockfile', '--reporter=append-only'],
    {
      // Without a terminal pnpm asks nobody before it replaces node_modules of another version; it is told so by this.
      env: { ...env, CI: '1' },
    },
  )
  if (code !== 0) throw new SetupError(explain(output), output)
  writeFileSync(STAMP, wanted)
  return true
}

/** @param {string} output */
function explain(output) {
  if (/ENOSPC|no space left/i.test(output))
    return 'The disk is full: the dependencies need about 1.5 GB. Free some space and try again.'
  if (/ERR_PNPM_OUTDATED_LOCKFILE/.test(output))
    return 'pnpm-lock.yaml does not match a package.json. Update it: npx pnpm@12 install'
  if (/ENOTFOUND|ECONNREFUSED|ETIMEDOUT|EAI_AGAIN|ERR_PNPM_META_FETCH_FAIL/.test(output)) {
    return 'The npm registry can’t be reached. Try: npm ping\nBehind a proxy or a mirror, set it first: npm config set registry <its address>'
  }
  return 'The dependencies could not be installed.'
}

/** Of everything that decides what an installation holds. */
function fingerprint() {
  const hash = createHash('sha256').update(`${process.platform}-${process.arch}\n`)
  for (const file of ['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests()]) {
    hash.update(`${file}\n`).update(readRootFile(file))
  }
  return hash.digest('hex')
}
