import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync } from 'node:fs'

export interface ProgramOptions {
  readonly name: string
  readonly entry: URL
  readonly env: Readonly<Record<string, string>>
  /** Where its output goes; one file for all its lives. */
  readonly logFile: string
}

const READY_TIMEOUT_MS = 60_000

/** A server or a worker as a process of its own, that can be killed, frozen and started again. */
export class Program {
  readonly name: string
  readonly #options: ProgramOptions
  #child: ChildProcess | undefined
  #isExpectedToRun = false

  constructor(options: ProgramOptions) {
    this.#options = options
    this.name = options.name
  }

  /** Ended although nobody asked it to. */
  get hasCrashed(): boolean {
    return this.#isExpectedToRun && !this.isRunning
  }

  get isRunning(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null
  }

  get pid(): number {
    const pid = this.#child?.pid
    if (pid === undefined) throw new Error(`${this.name} does not run.`)
    return pid
  }

  /** Starts it and waits until it says that it is ready. */
  async start(): Promise<void> {
    const { entry, env, logFile } = this.#options
    const log = openSync(logFile, 'a')
    const child = fork(entry, {
      env: { ...process.env, NODE_OPTIONS: '', ...env },
      execArgv: ['--conditions=@headway/source', '--disable-warning=ExperimentalWarning'],
      stdio: ['ignore', log, log, 'ipc'],
    })
    closeSync(log)
    this.#child = child
    // A frozen process does not notice that we are gone.
    const kill = () => child.kill('SIGKILL')
    process.once('exit', kill)
    child.once('exit', () => process.off('exit', kill))
    await this.#ready(child)
    this.#isExpectedToRun = true
  }

  /** SIGSTOP and SIGCONT leave it running, as far as {@link hasCrashed} goes. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.kill(signal)
  }

  /** Ends it with a signal and waits until it is gone. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#isExpectedToRun = false
    const child = this.#child
    if (!child || !this.isRunning) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  async #ready(child: ChildProcess): Promise<void> {
    const signal = AbortSignal.timeout(READY_TIMEOUT_MS)
    const exit = once(child, 'exit', { signal }).then(([code]) => {
      throw new Error(
        `${this.name} ended with ${String(code)} before it was ready. See ${this.#options.logFile}.`,
      )
    })
    exit.catch(() => {})
    await Promise.race([once(child, 'message', { signal }), exit])
  }
}
