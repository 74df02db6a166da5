import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removePostgresData } from '@headway/embedded'
import { onTestFinished } from 'vitest'
import { findQuietPort } from '@headway/embedded'
import { processesOn, type FoundProcess } from './process-tree.ts'

const GONE_WITHIN_MS = 15_000
const START_TIMEOUT_MS = 20_000

/** A data folder, and the launchers that a test runs on it. */
export class LauncherRun {
  readonly dataDir: string
  readonly port: number

  private constructor(dataDir: string, port: number) {
    this.dataDir = dataDir
    this.port = port
  }

  /** Whatever the test leaves behind is ended and removed after it. */
  static async create(): Promise<LauncherRun> {
    const dataDir = mkdtempSync(join(tmpdir(), 'headway-launcher-'))
    chmodSync(dataDir, 0o711)
    onTestFinished(() => {
      for (const { pid } of processesOn(dataDir)) process.kill(pid, 'SIGKILL')
      removePostgresData(join(dataDir, 'postgres'))
      rmSync(dataDir, { recursive: true, force: true })
    })
    return new LauncherRun(dataDir, await findQuietPort())
  }

  /** Starts the launcher with fake programs. */
  start(programs: string[][] = [['server'], ['worker']], env: NodeJS.ProcessEnv = {}): LaunchedProcess {
    const program = join(import.meta.dirname, 'fake-launcher.ts')
    const args = ['--disable-warning=ExperimentalWarning', '--conditions=@headway/source', program]
    return this.launch(process.execPath, args, { FAKE_PROGRAMS: JSON.stringify(programs), ...env })
  }

  launch(command: string, args: string[], env: NodeJS.ProcessEnv = {}, cwd?: string): LaunchedProcess {
    const { NODE_ENV: _, DATABASE_URL: __, REDIS_URL: ___, ...inherited } = process.env
    const child = spawn(command, args, {
      cwd,
      env: { ...inherited, NO_COLOR: '1', HEADWAY_DATA_DIR: this.dataDir, PORT: String(this.port), ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    return new LaunchedProcess(child)
  }

  /** How each program fared when it put its work back as it stopped. */
  stops(): string[] {
    const file = join(this.dataDir, 'stops.log')
    return existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n').toSorted() : []
  }

  /** What still runs when it should all be gone: nothing, if all is well. */
  async remains(): Promise<FoundProcess[]> {
    await waitFor(() => processesOn(this.dataDir).length === 0, GONE_WITHIN_MS)
    return processesOn(this.dataDir)
  }

  /** The process that runs `name`: its guardian's child, for a service. */
  servicePid(name: 'postgres' | 'redis'): number {
    const record = JSON.parse(readFileSync(join(this.dataDir, name, 'running.json'), 'utf8'))
    return (record as { service: { pid: number } }).service.pid
  }

  programPid(name: string): number {
    const found = processesOn(this.dataDir).find(({ command }) => command.includes(`fake-program.ts ${name}`))
    if (!found) throw new Error(`No process runs ${name}.`)
    return found.pid
  }
}

/** One start of the launcher, and what it says. */
export class LaunchedProcess {
  readonly child: ChildProcess
  readonly exitCode: Promise<number | null>
  output = ''

  constructor(child: ChildProcess) {
    this.child = child
    this.exitCode = once(child, 'exit').then(([code]) => code as number | null)
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => (this.output += text))
    }
  }

  async untilReady(): Promise<void> {
    await this.untilItSays('Headway is ready')
  }

  async untilItSays(text: string | RegExp): Promise<void> {
    const isSaid = () => (typeof text === 'string' ? this.output.includes(text) : text.test(this.output))
    await waitFor(isSaid, START_TIMEOUT_MS)
    if (!isSaid()) throw new Error(`The launcher did not say ${text}. It said:\n${this.output}`)
  }
}

async function waitFor(isTrue: () => boolean, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs
  while (!isTrue() && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 50))
}
