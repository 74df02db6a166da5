import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProcess, isRunning, signalProcess, waitUntilGone, type RunningProcess } from '@headway/embedded'

const STOP_TIMEOUT_MS = 5_000

/** Notes the master process, for the case that nobody is left to end it. */
export function noteNginx(folder: string, pid: number): void {
  const master = findProcess(pid)
  if (master) writeFileSync(noteFile(folder), JSON.stringify(master))
}

export function removeNginxNote(folder: string): void {
  rmSync(noteFile(folder), { force: true })
}

/** Ends an nginx that has lost both its guardian and its launcher: it still has our port. */
export async function endLeftoverNginx(folder: string): Promise<void> {
  const master = readNote(folder)
  if (!master) return
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (!isRunning(master)) break
    signalProcess(master.pid, signal)
    await waitUntilGone([master], STOP_TIMEOUT_MS)
  }
  removeNginxNote(folder)
}

function readNote(folder: string): RunningProcess | undefined {
  try {
    return JSON.parse(readFileSync(noteFile(folder), 'utf8')) as RunningProcess
  } catch {
    // There is none, or half of one from a crash.
    return undefined
  }
}

function noteFile(folder: string): string {
  return join(folder, 'running.json')
}
