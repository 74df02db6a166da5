import { execFile } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedServiceError } from './errors.ts'
import { outsideFolder } from './outside-folder.ts'
import { canEnter, type UnprivilegedUser } from './unprivileged-user.ts'

export const POSTGRES_ROLE = 'headway'

/** The files of a Postgres: its cluster, and the password of its one role, which only the owner can read. */
export interface PostgresCluster {
  readonly folder: string
  readonly password: string
}

export interface ClusterOptions {
  readonly dataDir: string
  readonly home: string
  readonly user: UnprivilegedUser | undefined
  readonly isDurable: boolean
}

/**
 * The cluster in `dataDir`, made there when there is none yet. Where `user` can't enter `dataDir`, a link there leads to
 * the cluster outside.
 */
export async function openPostgresCluster(options: ClusterOptions): Promise<PostgresCluster> {
  const { dataDir, user } = options
  const path = join(dataDir, 'cluster')
  const passwordFile = join(dataDir, 'password')
  if (!existsSync(path)) {
    rmSync(path, { force: true })
    const isOutside = user !== undefined && !canEnter(dataDir, user)
    const folder = isOutside ? join(outsideFolder('clusters'), randomUUID()) : path
    await createCluster(folder, passwordFile, options)
    if (isOutside) symlinkSync(folder, path)
  }
  return { folder: realpathSync(path), password: readFileSync(passwordFile, 'utf8').trim() }
}

/** Removes all of a Postgres that has stopped, also what lies outside of `dataDir`. */
export function removePostgresData(dataDir: string): void {
  const path = join(dataDir, 'cluster')
  if (existsSync(path)) rmSync(realpathSync(path), { recursive: true })
  rmSync(dataDir, { recursive: true, force: true })
}

/**
 * Made aside and moved into place when it is whole, so that a start that was killed half way leaves nothing that the
 * next one would take for a cluster.
 */
async function createCluster(folder: string, passwordFile: string, options: ClusterOptions): Promise<void> {
  const { home, user, isDurable } = options
  removeUnfinished(folder)
  const unfinished = `${folder}.making-${process.pid}`
  const initPasswordFile = `${unfinished}.password`
  const password = randomBytes(24).toString('base64url')
  mkdirSync(unfinished, { mode: 0o700 })
  writeFileSync(initPasswordFile, password, { mode: 0o600 })
  if (user) for (const path of [unfinished, initPasswordFile]) chownSync(path, user.uid, user.gid)
  const settings = {
    pgdata: unfinished,
    pwfile: initPasswordFile,
    username: POSTGRES_ROLE,
    auth: 'scram-sha-256',
    encoding: 'UTF8',
    // Postgres' own UTF-8 locale: strings sort alike on every machine, whatever locales it has.
    'locale-provider': 'builtin',
    'builtin-locale': 'C.UTF-8',
    locale: 'C',
  }
  const args = Object.entries(settings).map(([name, value]) => `--${name}=${value}`)
  await runInitdb(join(home, 'bin', 'initdb'), isDurable ? args : [...args, '--no-sync'], user)
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 })
  rmSync(initPasswordFile)
  renameSync(unfinished, folder)
}

async function runInitdb(command: string, args: string[], user: UnprivilegedUser | undefined): Promise<void> {
  try {
    await promisify(execFile)(command, args, { ...user, env: { PATH: process.env['PATH'], LC_ALL: 'C' } })
  } catch (cause) {
    const output = String((cause as { stderr?: string }).stderr ?? cause).trim()
    const message =
      `Postgres could not create its files (${command}):\n${output}\n` +
      'Set DATABASE_URL to use a Postgres of your own instead.'
    throw new EmbeddedServiceError(message, 'start_failed', { cause })
  }
}

function removeUnfinished(folder: string): void {
  for (const name of readdirSync(dirname(folder))) {
    if (!name.startsWith(`${basename(folder)}.making-`)) continue
    rmSync(join(dirname(folder), name), { recursive: true, force: true })
  }
}
