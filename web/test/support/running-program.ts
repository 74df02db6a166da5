import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

const repository = fileURLToPath(new URL('../../../', import.meta.url))

/** A server or a worker in a process of its own, from its sources, as the launcher would start it. */
export class RunningProgram {
  readonly #child: ChildProcess
  /** Where it listens, if it does. */
  readonly url: string

  private constructor(child: ChildProcess, url: string) {
    this.#child = child
    this.url = url
  }

  /** Starts `main`, a path from the repository's root, and waits until it says that it is ready. */
  static async start(main: string, env: NodeJS.ProcessEnv): Promise<RunningProgram> {
    const { PATH, HOME, PUPPETEER_EXECUTABLE_PATH } = process.env
    const child = fork(main, {
      cwd: repository,
      env: { PATH, HOME, PUPPETEER_EXECUTABLE_PATH, LOG_LEVEL: 'error', ...env },
      execArgv: ['--conditions=@headway/source'],
    })
    const ready = once(child, 'message') as Promise<[{ type: string; url?: string }]>
    const failed = once(child, 'exit').then(([code]: unknown[]) => {
      throw new Error(`${main} ended with code ${String(code)} before it was ready; see its messages above.`)
    })
    const [message] = await Promise.race([ready, failed])
    return new RunningProgram(child, message.url ?? '')
  }

  async stop(): Promise<void> {
    await this.#end('SIGTERM')
  }

  /** Ends it without a chance to clean up. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill(signal)
    await ended
  }
}
