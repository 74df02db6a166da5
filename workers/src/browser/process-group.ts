import { setTimeout as delay } from 'node:timers/promises'

/** Killed processes are gone within a moment; one that nobody collects (a container without an init) stays for good. In milliseconds. */
const GIVE_UP_MS = 5000
const LOOK_MS = 10

/** Sends a signal to all processes of a group. False when there is none any more. */
export function signalGroup(groupId: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-groupId, signal)
  } catch {
    return false
  }
}

/** Resolves when no process of the group is left: a killed leader may be gone before the others are. */
export async function groupEnded(groupId: number): Promise<void> {
  const deadline = performance.now() + GIVE_UP_MS
  while (signalGroup(groupId, 0) && performance.now() < deadline) await delay(LOOK_MS)
}
