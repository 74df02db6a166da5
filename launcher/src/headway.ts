import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { ServiceExit } from '@headway/embedded'
import type { LauncherConfig } from './config.ts'
import type { LauncherLock } from './launcher-lock.ts'
import { startLocalServices, stopLocalServices, type LocalServices } from './local-services.ts'
import { LogFollower } from './log-follower.ts'
import { formatLogLine } from './log-line.ts'
import type { Deployment } from './programs.ts'
import { untilServerReady } from './server-readiness.ts'
import { watchSources } from './source-watcher.ts'
import { SupervisedProgram, type Program } from './supervised-program.ts'
import type { Terminal } from './terminal.ts'

/** A program ended before it was ready even once: there is nothing to keep running. */
class StartFailedError extends Error {
  override readonly name = 'StartFailedError'
  readonly code = 'start_failed'
}

export interface HeadwayOptions {
  readonly config: LauncherConfig
  readonly lock: LauncherLock
  readonly terminal: Terminal
  /** What to run, once Postgres and Redis are there. */
  readonly deploy: (services: { databaseUrl: string; redisUrl: string }) => Promise<Deployment>
}

/**
 * Everything that Headway is on one machine:
 *
 *     Postgres, Redis  ←  server, worker  (←  balancer, before several instances of the server)
 *
 * Started from left to right, stopped from right to left, each kept running in between.
 */
export class Headway {
  readonly #options: HeadwayOptions
  readonly #logsDir: string
  readonly #failed = Promise.withResolvers<never>()
  #services: Promise<LocalServices> | undefined
  #runningServices: LocalServices | undefined
  #programs: SupervisedProgram[] = []
  #endings: (() => void)[] = []
  #isUp = false
  #isStopping = false

  constructor(options: HeadwayOptions) {
    this.#options = options
    this.#logsDir = join(options.config.dataDir, 'logs')
    // It may fail when nobody waits for it any more.
    this.#failed.promise.catch(() => {})
  }

  /**
   * Resolves when the server answers and all programs are ready.
   *
   * @throws {StartFailedError} when a program ends before it was ready; in development it is given another chance
   */
  async start(): Promise<void> {
    const { config, terminal, deploy } = this.#options
    mkdirSync(this.#logsDir, { recursive: true })
    this.#services = startLocalServices(config, (name, exit) =>
      terminal.warn(`${name} ended by itself (${describeExit(exit)}); starting it again.`),
    )
    const services = await this.#services
    this.#runningServices = services
    this.#announceServices(services)
    const { programs, serverUrl } = await deploy(services)
    if (this.#isStopping) return
    this.#programs = programs.map((program) => this.#supervise(program))
    const gaveUp = new AbortController()
    try {
      await Promise.race([this.#startPrograms(serverUrl, gaveUp.signal), this.#failed.promise])
    } finally {
      gaveUp.abort()
    }
    this.#isUp = true
    terminal.done('Programs', this.#programs.map(({ title }) => title).join(', '))
  }

  /** Server and worker first, then what stands before them, then Redis and Postgres. Afterwards nothing runs any more that this has started. */
  async stop(): Promise<void> {
    this.#isStopping = true
    for (const programs of this.#frontLast()) {
      await Promise.all(programs.map((program) => program.stop()))
    }
    await this.#end({ isForced: false })
  }

  /** The same without waiting for anybody's work. */
  async kill(): Promise<void> {
    this.#isStopping = true
    for (const program of this.#programs) program.kill()
    await this.#end({ isForced: true })
  }

  async #startPrograms(serverUrl: string, signal: AbortSignal): Promise<void> {
    for (const programs of this.#frontLast()) {
      if (this.#isStopping) return
      for (const program of programs) program.start()
      await Promise.all(programs.map(({ ready }) => ready))
    }
    await untilServerReady(serverUrl, signal)
  }

  #frontLast(): SupervisedProgram[][] {
    return [false, true].map((isFront) => this.#programs.filter((program) => program.isFront === isFront))
  }

  #supervise(program: Program): SupervisedProgram {
    const { config, terminal } = this.#options
    const logFile = join(this.#logsDir, `${program.name}.log`)
    const log = new LogFollower(logFile, (line) => {
      const text = formatLogLine(line)
      if (text !== undefined) terminal.log(program.name, text)
    })
    const supervised = new SupervisedProgram(program, {
      logFile,
      onStart: () => this.#noteProcesses(),
      onCrash: (exit, delayMs) => {
        log.readOn()
        const what = `The ${program.name} ended by itself (${describeExit(exit)})`
        if (this.#isUp || config.isDevelopment) terminal.warn(`${what}; starting it again in ${delayMs} ms.`)
        else this.#failed.reject(new StartFailedError(`${what} before it was ready. Its log: ${logFile}`))
      },
    })
    this.#endings.push(() => log.stop())
    if (program.watch) {
      const restart = () => {
        terminal.note(`Sources changed: restarting the ${program.name}`)
        void supervised.restart()
      }
      this.#endings.push(watchSources(program.watch, restart))
    }
    return supervised
  }

  /** Who needs Postgres and Redis until they are gone, also when this process is killed. */
  #noteProcesses(): void {
    const pids = this.#programs.flatMap(({ pid }) => pid ?? [])
    this.#options.lock.notePrograms(pids)
    this.#runningServices?.postgres?.outlive(pids)
    this.#runningServices?.redis?.outlive(pids)
  }

  #announceServices({ postgres, redis }: LocalServices): void {
    const { terminal } = this.#options
    terminal.done('Postgres', postgres ? `127.0.0.1:${postgres.current.port}` : 'from DATABASE_URL')
    const kind = redis?.current.keepsData === false ? ' (Valkey that comes with Headway, in memory)' : ''
    terminal.done('Redis', redis ? `127.0.0.1:${redis.current.port}${kind}` : 'from REDIS_URL')
  }

  async #end(options: { isForced: boolean }): Promise<void> {
    for (const end of this.#endings.splice(0)) end()
    // They may still be starting; what failed to start has told so already.
    const services = await this.#services?.catch(() => undefined)
    if (services) await stopLocalServices(services, options)
  }
}

function describeExit({ code, signal }: ServiceExit): string {
  return signal ?? `code ${code}`
}
