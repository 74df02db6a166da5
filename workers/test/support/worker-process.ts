import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Deployment } from './deployment.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

/** A worker as it is deployed, in a process of its own that can be killed. */
export class WorkerProcess {
  readonly #child: ChildProcess

  /** Resolves when it is ready. */
  static async start(deployment: Deployment, settings: Record<string, string>): Promise<WorkerProcess> {
    const { PATH, HOME, TMPDIR, PUPPETEER_EXECUTABLE_PATH } = process.env
    const child = fork(main, {
      env: {
        PATH,
        HOME,
        TMPDIR,
        PUPPETEER_EXECUTABLE_PATH,
        LOG_LEVEL: process.env['HEADWAY_TEST_LOG'] ? 'info' : 'silent',
        DATABASE_URL: deployment.databaseUrl,
        REDIS_URL: deployment.redisUrl,
        HEADWAY_DATA_DIR: dirname(deployment.artifactsDir),
        ...settings,
      },
      execArgv: ['--conditions=@headway/source'],
    })
    await Promise.race([once(child, 'message'), failed(child)])
    return new WorkerProcess(child)
  }

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  /** It does nothing more, and knows nothing of it, until {@link thaw}. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  /** As kill -9 does: nothing is finished, and nobody is told. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const gone = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await gone
  }
}

async function failed(child: ChildProcess): Promise<never> {
  const [code] = (await once(child, 'exit')) as [number | null]
  throw new Error(`The worker ended with code ${code} before it was ready. Set HEADWAY_TEST_LOG to see why.`)
}
