import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** One process, told apart from a later one that was given the same number. */
export interface RunningProcess {
  readonly pid: number
  /** Opaque; equal for as long as it is the same process. */
  readonly startedAt: string
}

/** The process with this number as it is now, or undefined when there is none. A zombie counts as gone. */
export function findProcess(pid: number): RunningProcess | undefined {
  const startedAt = process.platform === 'linux' ? startTimeFromProc(pid) : startTimeFromPs(pid)
  return startedAt === undefined ? undefined : { pid, startedAt }
}

export function isRunning(known: RunningProcess): boolean {
  return findProcess(known.pid)?.startedAt === known.startedAt
}

/** True once none of them runs any more, false after `timeoutMs`. */
export async function waitUntilGone(known: readonly RunningProcess[], timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (known.some(isRunning)) {
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return true
}

/** Sends a signal and says whether there was somebody to take it. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

function startTimeFromProc(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name in parentheses and may itself hold spaces and parentheses.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function startTimeFromPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'state=,lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    return line === '' || line.startsWith('Z') ? undefined : line.replace(/^\S+\s+/, '')
  } catch {
    return undefined
  }
}
