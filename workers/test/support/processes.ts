import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

export interface RunningProcess {
  pid: number
  groupId: number
  commandLine: string
}

/** Processes with the text on their command line. Those that have ended, and whose parent has not looked yet (zombies), run no more. */
async function processesWith(text: string): Promise<RunningProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-ww', '-eo', 'pid,pgid,stat,args'], {
    maxBuffer: 64 * 1_048_576,
  })
  return stdout.split('\n').flatMap((line) => {
    const [, pid, groupId, state = '', commandLine = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? []
    if (state.startsWith('Z') || !commandLine.includes(text)) return []
    return [{ pid: Number(pid), groupId: Number(groupId), commandLine }]
  })
}

/** All processes of browsers that have their profiles below the folder. */
export async function browserProcesses(folder: string): Promise<RunningProcess[]> {
  return processesWith(`--user-data-dir=${folder}/`)
}
