import { execFileSync } from 'node:child_process'
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'

export interface FoundProcess {
  readonly pid: number
  readonly command: string
}

/** Every process that works on this data folder: by its arguments, its environment or its working directory. */
export function processesOn(dataDir: string): FoundProcess[] {
  return process.platform === 'linux' ? fromProc(dataDir) : fromPs(dataDir)
}

function fromProc(dataDir: string): FoundProcess[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .flatMap((pid) => {
      const command = read(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
      const environment = read(() => readFileSync(`/proc/${pid}/environ`, 'utf8'))
      const folder = read(() => readlinkSync(`/proc/${pid}/cwd`))
      const isOurs = [command, environment, folder].some((text) => text.includes(dataDir))
      return isOurs ? [{ pid, command }] : []
    })
}

function fromPs(dataDir: string): FoundProcess[] {
  return execFileSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(dataDir))
    .map((line) => ({ pid: Number.parseInt(line, 10), command: line.trim() }))
    .filter(({ pid }) => pid !== process.pid)
}

/** Empty for a process that has just ended. */
function read(get: () => string): string {
  try {
    return get()
  } catch {
    return ''
  }
}
