import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { findProcess } from './running-process.ts'

/**
 * Removes the lock file of a Postgres that is dead. Postgres does so itself, but takes a zombie for a living process: one
 * that was killed together with its parent stays a zombie until the first process of the machine has noticed.
 */
export function removeDeadLockFile(clusterFolder: string): void {
  const file = join(clusterFolder, 'postmaster.pid')
  const pid = readPid(file)
  if (pid !== undefined && !findProcess(pid)) rmSync(file, { force: true })
}

function readPid(file: string): number | undefined {
  try {
    const pid = Number(readFileSync(file, 'utf8').split('\n')[0])
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}
