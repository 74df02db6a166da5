import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProcess, isRunning, signalProcess, waitUntilGone, type RunningProcess } from '@headway/embedded'

/** Who runs Headway on a data folder. */
interface LockContent {
  readonly launcher: RunningProcess
  readonly url: string
  /** The programs; each leads a process group of its own. */
  readonly programs: readonly RunningProcess[]
}

/** A program whose launcher was killed stops by itself within its own time limit, which is shorter. */
const REMAINS_TIMEOUT_MS = 20_000

/** Headway already runs on this data folder. */
class AlreadyRunningError extends Error {
  override readonly name = 'AlreadyRunningError'
  readonly code = 'already_running'
  readonly pid: number
  readonly url: string

  constructor(pid: number, url: string) {
    super(
      `Headway already runs at ${url} (process ${pid}). Stop it with Ctrl-C where it was started, or: kill ${pid}`,
    )
    this.pid = pid
    this.url = url
  }
}

/** Held by the one launcher that runs Headway on a data folder. */
export class LauncherLock {
  readonly #file: string
  #content: LockContent

  private constructor(file: string, content: LockContent) {
    this.#file = file
    this.#content = content
  }

  /**
   * Takes the lock. What a killed launcher left behind is waited for first, then ended.
   *
   * @throws {AlreadyRunningError} while another launcher holds it
   */
  static async acquire(
    dataDir: string,
    url: string,
    onWait: (pids: number[]) => void = () => {},
  ): Promise<LauncherLock> {
    const file = join(dataDir, 'launcher.json')
    const launcher = findProcess(process.pid)
    if (!launcher) throw new Error(`The process table does not show this process (${process.pid}).`)
    const lock = new LauncherLock(file, { launcher, url, programs: [] })
    while (!lock.#create()) {
      const holder = readLock(file)
      if (holder && isRunning(holder.launcher)) throw new AlreadyRunningError(holder.launcher.pid, holder.url)
      await endRemains(holder?.programs ?? [], onWait)
      rmSync(file, { force: true })
    }
    return lock
  }

  /** Notes what the next start must wait for, should this launcher be killed. */
  notePrograms(pids: readonly number[]): void {
    this.#content = { ...this.#content, programs: pids.flatMap((pid) => findProcess(pid) ?? []) }
    const written = this.#writeAside()
    renameSync(written, this.#file)
  }

  release(): void {
    rmSync(this.#file, { force: true })
  }

  /** Of two that try at once only one can make the link; and whoever reads the file reads all of it. */
  #create(): boolean {
    const written = this.#writeAside()
    try {
      linkSync(written, this.#file)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    } finally {
      rmSync(written)
    }
  }

  #writeAside(): string {
    const path = `${this.#file}.${process.pid}`
    writeFileSync(path, JSON.stringify(this.#content))
    return path
  }
}

async function endRemains(
  programs: readonly RunningProcess[],
  onWait: (pids: number[]) => void,
): Promise<void> {
  const remains = programs.filter(isRunning)
  if (remains.length === 0) return
  onWait(remains.map(({ pid }) => pid))
  if (await waitUntilGone(remains, REMAINS_TIMEOUT_MS)) return
  for (const { pid } of remains.filter(isRunning)) signalProcess(-pid, 'SIGKILL')
  await waitUntilGone(remains, REMAINS_TIMEOUT_MS)
}

function readLock(file: string): LockContent | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as LockContent
  } catch {
    return undefined
  }
}
