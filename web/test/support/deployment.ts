import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, startTestRedis, TEST_JWT_SECRET } from '@headway/test-kit'
import { build, defaultClientConditions } from 'vite'
import { RunningProgram } from './running-program.ts'

const METRICS_TOKEN = 'a-token-for-the-metrics'
const web = fileURLToPath(new URL('../../', import.meta.url))

export interface DeploymentOptions {
  /** What is built and served in place of the console: a folder with an `index.html`. */
  page?: string
  /** Settings of the server and its workers beside those that they need anyway. */
  env?: NodeJS.ProcessEnv
}

/** The built console, served by a real server, with a real worker, on services of its own. */
export class Deployment {
  readonly url: string
  readonly #env: NodeJS.ProcessEnv
  readonly #closings: (() => Promise<unknown>)[]

  private constructor(url: string, env: NodeJS.ProcessEnv, closings: (() => Promise<unknown>)[]) {
    this.url = url
    this.#env = env
    this.#closings = closings
  }

  /** Without a worker; see {@link startWorker}. */
  static async open({ page = web, env: settings = {} }: DeploymentOptions = {}): Promise<Deployment> {
    const folder = await mkdtemp(join(tmpdir(), 'headway-console-'))
    const webDir = join(folder, 'web')
    const [database, redis] = await Promise.all([
      createTestDatabase(),
      // Of its own: processes take the queue that all deployments call the same.
      startTestRedis(),
      build({
        root: page,
        logLevel: 'error',
        resolve: { conditions: ['@headway/source', ...defaultClientConditions] },
        build: { outDir: webDir, emptyOutDir: true },
      }),
    ])
    const env = {
      PORT: '0',
      DATABASE_URL: database.url,
      REDIS_URL: redis.url,
      JWT_SECRET: TEST_JWT_SECRET,
      METRICS_TOKEN,
      HEADWAY_EMBEDDED: '1',
      HEADWAY_DATA_DIR: join(folder, 'data'),
      HEADWAY_WEB_DIR: webDir,
      ALLOW_PRIVATE_URLS: '1',
      ...settings,
    }
    const server = await RunningProgram.start('server/src/main.ts', env)
    return new Deployment(server.url, env, [
      () => rm(folder, { recursive: true, force: true }),
      () => database.drop(),
      () => redis.stop(),
      () => server.stop(),
    ])
  }

  /** The small ERP of the examples, for workers that are started after it. */
  async startErp(): Promise<{ url: string }> {
    const erp = await RunningProgram.start('examples/erp/main.ts', { ERP_PORT: '0', ERP_DELAY_MS: '20' })
    this.#closings.push(() => erp.stop())
    Object.assign(this.#env, { ERP_URL: erp.url, ERP_USER: 'desk', ERP_PASSWORD: 'desk' })
    return { url: erp.url }
  }

  /** Sockets that the server has, as it says itself. */
  async connections(): Promise<number> {
    const headers = { authorization: `Bearer ${METRICS_TOKEN}` }
    const text = await (await fetch(`${this.url}/metrics`, { headers })).text()
    return Number(/^headway_connections(?:\{[^}]*\})? (\d+)$/m.exec(text)?.[1])
  }

  /** With settings of its own beside those of the deployment. */
  async startWorker(settings: NodeJS.ProcessEnv = {}): Promise<RunningProgram> {
    const worker = await RunningProgram.start('workers/src/main.ts', { ...this.#env, ...settings })
    this.#closings.push(() => worker.stop())
    return worker
  }

  /** Last started, first stopped. */
  async close(): Promise<void> {
    for (const close of this.#closings.toReversed()) await close()
  }
}
