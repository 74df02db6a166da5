import { spawn, type ChildProcess } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { EmbeddedServiceError } from './errors.ts'
import type { GuardedProgram, GuardianCommand, GuardianReport } from './guardian-protocol.ts'
import { signalProcess } from './running-process.ts'

/** Above this size a log starts anew; the one before it is kept as `….1`. */
const MAX_LOG_BYTES = 10 * 1_048_576

/** What all services of this machine have in common. */
export interface EmbeddedService {
  /** With everything that a client needs to connect. */
  readonly url: string
  readonly port: number
  /** Resolves when it has ended, asked for or not. */
  readonly exited: Promise<ServiceExit>
  /** See {@link GuardedService.outlive}. */
  outlive(pids: readonly number[]): void
  /** Writes everything down, where it keeps anything, and stops. See {@link GuardedService.stop}. */
  stop(options?: { isForced?: boolean }): Promise<void>
}

/** How a service ended. */
export interface ServiceExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/** A service of this machine under its guardian: it lives no longer than the process that started it. */
export class GuardedService {
  readonly #guardian: ChildProcess
  readonly #logFile: string
  #pid: number | undefined
  #exit: ServiceExit | undefined
  /** Resolves when the service has ended, asked for or not. */
  readonly exited: Promise<ServiceExit>

  private constructor(guardian: ChildProcess, logFile: string) {
    this.#guardian = guardian
    this.#logFile = logFile
    this.exited = new Promise((resolve) => {
      guardian.on('message', (report: GuardianReport) => {
        if (report.type === 'exited') this.#exit = { code: report.code, signal: report.signal }
      })
      guardian.once('exit', (code, signal) => {
        // A guardian that was killed can't stop its service any more.
        if (!this.#exit && this.#pid !== undefined) signalProcess(this.#pid, 'SIGKILL')
        this.#exit ??= { code, signal }
        resolve(this.#exit)
      })
    })
  }

  /** Starts the program; it may not answer yet. Fails when it can't even be run. */
  static async start(program: GuardedProgram): Promise<GuardedService> {
    rotateLog(program.logFile)
    const service = new GuardedService(spawnGuardian(program), program.logFile)
    await service.#started(program)
    // The service alone does not keep its owner alive; it ends when the owner has nothing else to do.
    service.#guardian.unref()
    service.#guardian.channel?.unref()
    return service
  }

  get hasExited(): boolean {
    return this.#exit !== undefined
  }

  /**
   * Names the processes that need the service. Should the owner die first, the service goes on
   * until they are gone (at most 10 s), so that they can still put their work back.
   */
  outlive(pids: readonly number[]): void {
    this.#tell({ type: 'outlive', pids })
  }

  /** Forced, it cuts what is still going on instead of waiting for it. */
  async stop({ isForced = false } = {}): Promise<void> {
    this.#guardian.ref()
    this.#tell({ type: 'stop', isForced })
    await this.exited
  }

  /** The end of what the service printed, for an error message. */
  logTail(maxLines = 8): string {
    if (!existsSync(this.#logFile)) return ''
    return readFileSync(this.#logFile, 'utf8').trimEnd().split('\n').slice(-maxLines).join('\n')
  }

  #tell(command: GuardianCommand): void {
    if (this.#guardian.connected) this.#guardian.send(command, () => {})
  }

  #started(program: GuardedProgram): Promise<void> {
    return new Promise((resolve, reject) => {
      const fail = (reason: string, cause?: unknown) => {
        const message = `${program.name} could not be run (${program.command}): ${reason}.`
        reject(new EmbeddedServiceError(message, 'start_failed', { cause }))
      }
      this.#guardian.once('error', (error) => fail(error.message, error))
      this.#guardian.once('exit', (code) => fail(`its guardian ended with code ${code}`))
      this.#guardian.on('message', (report: GuardianReport) => {
        if (report.type === 'failed') fail(report.message)
        if (report.type !== 'started') return
        this.#pid = report.pid
        resolve()
      })
    })
  }
}

function spawnGuardian(program: GuardedProgram): ChildProcess {
  const log = openSync(program.logFile, 'a')
  const child = spawn(process.execPath, [...nodeArguments('guardian-main'), JSON.stringify(program)], {
    detached: true,
    stdio: ['ignore', log, log, 'ipc'],
  })
  closeSync(log)
  return child
}

/** The arguments with which Node runs a program of this package, from the sources as well as from the build. */
export function nodeArguments(programName: string): string[] {
  const extension = import.meta.filename.endsWith('.ts') ? '.ts' : '.js'
  const file = fileURLToPath(new URL(`./${programName}${extension}`, import.meta.url))
  return ['--disable-warning=ExperimentalWarning', file]
}

function rotateLog(file: string): void {
  if (existsSync(file) && statSync(file).size > MAX_LOG_BYTES) renameSync(file, `${file}.1`)
}
