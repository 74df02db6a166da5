import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

/** Killed processes are gone within a moment, also on a busy machine, in milliseconds. */
const GIVE_UP_MS = 5000
const LOOK_MS = 20

/** Sends a signal to all processes of a group. False when there is none any more. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal)
  } catch {
    return false
  }
}

/** Resolves when no process of the group runs: a killed leader may be gone before the others are. */
export async function groupEnded(groupId: number): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS
  while ((await isGroupRunning(groupId)) && performance.now() < deadline) await delay(LOOK_MS)
}

/** Whether any process of the group has not ended yet. */
export async function isGroupRunning(groupId: number): Promise<boolean> {
  if (!signalGroup(groupId, 0)) return false
  if (process.platform !== 'linux') return true
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')))
  return stats.some((stat) => isRunningMember(stat, groupId))
}

/** Reads `/proc/<pid>/stat`. One that has ended and that nobody has collected yet (a zombie) runs no more. */
function isRunningMember(stat: string, groupId: number): boolean {
  const [, state, group] = /^\d+ \(.*\) (\S) \d+ (\d+)/s.exec(stat) ?? []
  return Number(group) === groupId && state !== 'Z' && state !== 'X'
}
