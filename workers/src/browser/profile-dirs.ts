import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const PREFIX = 'headway-chromium-'

/** Makes a profile folder that names its worker, so that a later start can tell whether anyone still needs it. */
export async function createProfileDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
}

/**
 * Removes the profiles of workers that were killed. To be called before the first browser: a profile under our own process id
 * is then left over as well (in a container every worker has the same one).
 */
export async function removeLeftoverProfiles(): Promise<number> {
  const names = (await readdir(tmpdir())).filter((name) => name.startsWith(PREFIX))
  const leftovers = names.filter((name) => {
    const pid = Number(name.slice(PREFIX.length).split('-')[0])
    return pid === process.pid || !isAlive(pid)
  })
  await Promise.all(leftovers.map((name) => removeProfileDir(join(tmpdir(), name))))
  return leftovers.length
}

/** Removes a profile; a Chromium that is just ending may still write to it, so a failure is tried again. */
export async function removeProfileDir(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch (error) {
    // A process of another user exists all the same.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
