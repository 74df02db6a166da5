import { readdir, readFile, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@headway/event-log'
import { signalGroup } from './process-group.ts'
import { ALIVE_SOCKET, removeFolder, WORKER_FOLDER_PREFIX } from './worker-folder.ts'

/** A folder without a socket may be one that is just being made, if it is younger than this, in milliseconds. */
const SETTLED_MS = 60_000
/** How long an owner may take to take a connection, in milliseconds; a dead one is known at once. */
const ANSWER_MS = 2000

/**
 * Removes what killed workers have left behind: the folders of their browsers, and browsers that have survived them (frozen ones
 * do not notice that their pipe has ended). What belongs to a worker that lives, or can't be looked at, stays. Never throws.
 */
export async function removeLeftovers(logger: Logger, parent: string = tmpdir()): Promise<void> {
  try {
    const names = (await readdir(parent)).filter((name) => name.startsWith(WORKER_FOLDER_PREFIX))
    await Promise.all(
      names.map(async (name) => {
        const path = join(parent, name)
        if (await isLeftOver(path)) await removeLeftover(path, logger)
      }),
    )
  } catch (error) {
    logger.warn({ err: error }, 'leftovers of killed workers could not be looked for')
  }
}

async function removeLeftover(path: string, logger: Logger): Promise<void> {
  try {
    const pids = await browsersIn(path)
    for (const pid of pids) kill(pid)
    await removeFolder(path)
    logger.info({ path, browserProcesses: pids.length }, 'leftovers of a killed worker were removed')
  } catch (error) {
    logger.warn({ err: error, path }, 'leftovers of a killed worker could not be removed')
  }
}

async function isLeftOver(path: string): Promise<boolean> {
  const code = await connectError(join(path, ALIVE_SOCKET))
  if (code === 'ECONNREFUSED') return true
  if (code !== 'ENOENT') return false
  const made = await stat(path).catch(() => undefined)
  return made !== undefined && Date.now() - made.ctimeMs > SETTLED_MS
}

/** Undefined where somebody listens. */
async function connectError(socketPath: string): Promise<string | undefined> {
  const socket = connect(socketPath)
  try {
    const outcome = new Promise<string | undefined>((resolve) => {
      socket.once('connect', () => resolve(undefined))
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code))
    })
    return await Promise.race([outcome, delay(ANSWER_MS, undefined, { ref: false })])
  } finally {
    socket.destroy()
  }
}

/** A Chromium has its profile on its command line, and in most builds each of its processes has. Elsewhere than on Linux none is found. */
async function browsersIn(path: string): Promise<number[]> {
  if (process.platform !== 'linux') return []
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const isOurs = async (pid: string): Promise<boolean> => {
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    // A renderer has its arguments between spaces, others have them between zeros.
    return commandLine.includes(`--user-data-dir=${path}/`)
  }
  const found = await Promise.all(pids.map(async (pid) => ((await isOurs(pid)) ? [Number(pid)] : [])))
  return found.flat()
}

/** A browser leads a group of processes, not all of which name its profile. */
function kill(pid: number): void {
  if (signalGroup(pid, 'SIGKILL')) return
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It has ended meanwhile, which is what was wanted.
  }
}
