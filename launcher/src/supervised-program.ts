import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { signalProcess, type ServiceExit } from '@headway/embedded'
import { HEALTHY_AFTER_MS, restartDelayMs } from './restart-delay.ts'

/** A program of Headway's own: a Node process that says when it is ready and stops on SIGTERM or when its IPC channel closes. */
export interface Program {
  /** As the log file and the terminal call it: `server`, `worker`. */
  readonly name: string
  /** What Node is called with. */
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Folders whose changes restart it. */
  readonly watch?: readonly string[]
  /** What it is made of, where that depends on the machine: `nginx`. */
  readonly kind?: string
  /** Stands before the other programs: starts when they are ready and stops when they have ended, since all they say goes through it. */
  readonly isFront?: boolean
}

export interface SupervisedProgramOptions {
  readonly logFile: string
  /** Called with each new process, before it can have done anything. */
  readonly onStart: () => void
  /** Called when it ended by itself; it is started again after `delayMs`. */
  readonly onCrash: (exit: ServiceExit, delayMs: number) => void
}

/** What the program sends over its IPC channel. */
interface ReadyReport {
  readonly type: 'ready'
}

/** Longer than the programs' own limit, after which they cut what is still going on. */
const STOP_TIMEOUT_MS = 20_000

/**
 * Keeps one program running: started again when it ends by itself, after a growing delay. It leads a process group of
 * its own, so that Ctrl-C in the terminal reaches the launcher alone and everything that it started can be ended with it.
 */
export class SupervisedProgram {
  readonly name: string
  readonly #program: Program
  readonly #options: SupervisedProgramOptions
  readonly #ready = Promise.withResolvers<void>()
  #child: ChildProcess | undefined
  #restartTimer: NodeJS.Timeout | undefined
  #restarting: Promise<void> | undefined
  #failures = 0
  #isStopping = false

  constructor(program: Program, options: SupervisedProgramOptions) {
    this.name = program.name
    this.#program = program
    this.#options = options
  }

  /** Resolves when the program has been ready once. */
  get ready(): Promise<void> {
    return this.#ready.promise
  }

  /** For the terminal: `server`, `balancer (nginx)`. */
  get title(): string {
    const { name, kind } = this.#program
    return kind === undefined ? name : `${name} (${kind})`
  }

  get isFront(): boolean {
    return this.#program.isFront ?? false
  }

  get pid(): number | undefined {
    return this.#child?.pid
  }

  start(): void {
    const startedAt = performance.now()
    const log = openSync(this.#options.logFile, 'a')
    // The log file itself and no pipe: it can still be written to when the launcher is gone.
    const child = spawn(process.execPath, this.#program.args, {
      detached: true,
      env: this.#program.env,
      stdio: ['ignore', log, log, 'ipc'],
    })
    closeSync(log)
    this.#child = child
    child.on('message', (report: ReadyReport) => {
      if (report.type === 'ready') this.#ready.resolve()
    })
    child.once('exit', (code, signal) => this.#ended(child, { code, signal }, performance.now() - startedAt))
    this.#options.onStart()
  }

  /** Stops it in order, and starts it anew. Asked again before it has stopped, it does so once. */
  restart(): Promise<void> {
    this.#restarting ??= this.#startAnew().finally(() => (this.#restarting = undefined))
    return this.#restarting
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    clearTimeout(this.#restartTimer)
    if (this.#child) await endChild(this.#child)
    await this.#restarting
  }

  kill(): void {
    this.#isStopping = true
    clearTimeout(this.#restartTimer)
    if (this.pid !== undefined) signalProcess(-this.pid, 'SIGKILL')
  }

  async #startAnew(): Promise<void> {
    if (this.#child) await endChild(this.#child)
    if (this.#isStopping) return
    clearTimeout(this.#restartTimer)
    this.#failures = 0
    this.start()
  }

  #ended(child: ChildProcess, exit: ServiceExit, uptimeMs: number): void {
    // Whatever it started and could not end any more.
    if (child.pid !== undefined) signalProcess(-child.pid, 'SIGKILL')
    if (child !== this.#child) return
    this.#child = undefined
    if (this.#isStopping || this.#restarting) return
    this.#failures = uptimeMs > HEALTHY_AFTER_MS ? 1 : this.#failures + 1
    const delayMs = restartDelayMs(this.#failures)
    this.#restartTimer = setTimeout(() => this.start(), delayMs)
    this.#options.onCrash(exit, delayMs)
  }
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return
  const exited = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const timer = setTimeout(() => signalProcess(-(child.pid ?? 0), 'SIGKILL'), STOP_TIMEOUT_MS)
  await exited
  clearTimeout(timer)
}
