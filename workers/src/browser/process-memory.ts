import { readdir, readFile } from 'node:fs/promises'

/** What Linux says of one process, in kilobytes. */
export interface ProcessMemory {
  pid: number
  parentPid: number
  /** Resident memory of the process' own, and shared memory. */
  ownKb: number
  /** Resident pages of files: the program and its libraries, the same ones in all processes of a browser. */
  fileKb: number
}

/**
 * Resident memory of a process and all that descend from it, in bytes; undefined on a system that has no `/proc`. Pages of files are
 * counted once, for the process that holds most of them: their sum would make a browser three times as large as it is.
 */
export async function readTreeMemory(rootPid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const all = await Promise.all(pids.map(async (pid) => parseStatus(await readStatus(pid))))
  return treeMemory(
    rootPid,
    all.filter((one) => one !== undefined),
  )
}

/** The sum for a process and its descendants, in bytes. */
export function treeMemory(rootPid: number, processes: readonly ProcessMemory[]): number {
  const tree = new Set([rootPid])
  // A child may be listed before its parent.
  for (let size = 0; size !== tree.size;) {
    size = tree.size
    for (const { pid, parentPid } of processes) if (tree.has(parentPid)) tree.add(pid)
  }
  const own = processes.filter(({ pid }) => tree.has(pid))
  const files = Math.max(0, ...own.map(({ fileKb }) => fileKb))
  return own.reduce((sum, { ownKb }) => sum + ownKb, files) * 1024
}

/** Reads `/proc/<pid>/status`; undefined for a process that has ended meanwhile, or holds no memory. */
export function parseStatus(status: string): ProcessMemory | undefined {
  const numberOf = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status)?.[1])
  const [pid, parentPid] = [numberOf('Pid'), numberOf('PPid')]
  const [anonymous, shared, fileKb] = [numberOf('RssAnon'), numberOf('RssShmem'), numberOf('RssFile')]
  if ([pid, parentPid, anonymous, shared, fileKb].some(Number.isNaN)) return undefined
  return { pid, parentPid, ownKb: anonymous + shared, fileKb }
}

async function readStatus(pid: string): Promise<string> {
  return readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
}
