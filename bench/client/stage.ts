import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createTestDatabase, signToken, TEST_JWT_SECRET, waitFor } from '@headway/test-kit'
import { findChromium } from '@headway/workers'
import { launch, type Browser, type Page } from 'puppeteer'
import { build, defaultClientConditions } from 'vite'
import { startProgram, type Program } from '../jobs/program.ts'

/** What the operation of the bench's worker is told. */
export interface EmitInput {
  progressPerSecond: number
  isMixed: boolean
  steps?: number
}

export type Show = 'bars' | 'panels' | 'panels in sight'

/** A server, a worker and a Chromium, each in processes of their own, and a page that shows jobs. */
export class Stage {
  readonly #url: string
  readonly #browser: Browser
  readonly #closings: (() => unknown)[]
  readonly #userId = 'bench'

  private constructor(url: string, browser: Browser, closings: (() => unknown)[]) {
    this.#url = url
    this.#browser = browser
    this.#closings = closings
  }

  static async open(services: { redisUrl: string; postgresUrl: string }): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'headway-bench-client-'))
    const closings: (() => unknown)[] = [() => rmSync(folder, { recursive: true, force: true })]
    try {
      await build({
        root: fileURLToPath(new URL('./page/', import.meta.url)),
        logLevel: 'error',
        resolve: { conditions: ['@headway/source', ...defaultClientConditions] },
        build: { outDir: join(folder, 'web') },
      })
      const database = await createTestDatabase(services.postgresUrl)
      closings.push(() => database.drop())
      const env = {
        DATABASE_URL: database.url,
        REDIS_URL: services.redisUrl,
        JWT_SECRET: TEST_JWT_SECRET,
        HOST: '127.0.0.1',
        PORT: '0',
        HEADWAY_DATA_DIR: folder,
        HEADWAY_WEB_DIR: join(folder, 'web'),
        ARTIFACTS_DIR: join(folder, 'artifacts'),
        HEADWAY_DRAIN_MS: '0',
        JOBS_PER_MINUTE: '1000000',
        MAX_UNFINISHED_JOBS: '1000000',
        LOG_LEVEL: 'error',
        WORKER_CONCURRENCY: '100',
      }
      const run = async (entry: URL): Promise<Program> => {
        const program = await startProgram(entry, env)
        closings.push(() => program.stop())
        return program
      }
      const { url = '' } = (await run(new URL('../../server/src/main.ts', import.meta.url))).ready
      await run(new URL('./emit-worker-main.ts', import.meta.url))
      const chromium = await findChromium()
      const browser = await launch({
        executablePath: chromium.executablePath,
        headless: chromium.headless,
        env: { ...process.env, ...chromium.env },
        args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'],
      })
      closings.push(() => browser.close())
      return new Stage(url, browser, closings)
    } catch (error) {
      for (const close of closings.toReversed()) await close()
      throw error
    }
  }

  /** Last started, first stopped. */
  async close(): Promise<void> {
    for (const close of this.#closings.toReversed()) await close()
  }

  async startJobs(count: number, input: EmitInput): Promise<string[]> {
    const body = JSON.stringify({ ...input, type: 'emit' })
    return Promise.all(
      Array.from({ length: count }, async () => {
        const { jobId } = await this.#call<{ jobId: string }>('POST', '/api/jobs', body)
        return jobId
      }),
    )
  }

  async cancelJobs(jobIds: readonly string[]): Promise<void> {
    await Promise.all(jobIds.map((jobId) => this.#call('PATCH', `/api/jobs/${jobId}/cancel`, '{}')))
    await Promise.all(
      jobIds.map((jobId) =>
        waitFor(
          async () =>
            (await this.#call<{ state: string }>('GET', `/api/jobs/${jobId}`)).state === 'cancelled',
          { timeoutMs: 60_000, intervalMs: 200 },
        ),
      ),
    )
  }

  /** A page with nothing on it: what the machine and the browser do by themselves. */
  async openEmpty(): Promise<Page> {
    return this.#newPage('about:blank')
  }

  /** The page of these jobs, each as a bar or as a whole panel; those out of sight are drawn too or are not. */
  async openJobs(jobIds: readonly string[], show: Show = 'bars'): Promise<Page> {
    const token = await signToken({ userId: this.#userId })
    return this.#newPage(`${this.#url}/#${new URLSearchParams({ token, show, jobs: jobIds.join(',') })}`)
  }

  async #newPage(address: string): Promise<Page> {
    const page = await this.#browser.newPage()
    await page.setViewport({ width: 1_280, height: 900 })
    await page.goto(address)
    return page
  }

  async #call<TAnswer>(method: string, path: string, body?: string): Promise<TAnswer> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        authorization: `Bearer ${await signToken({ userId: this.#userId })}`,
        'content-type': 'application/json',
      },
      ...(body !== undefined && { body }),
    })
    if (!response.ok)
      throw new Error(`${method} ${path} was answered with ${response.status}: ${await response.text()}`)
    return (await response.json()) as TAnswer
  }
}
