import type { Logger } from '@headway/event-log'
import type { BrowserContext, BrowserContextOptions } from 'puppeteer'
import { BrowserLease } from './browser-lease.ts'
import { BrowserUnavailableError } from './errors.ts'
import type { Chromium } from './find-chromium.ts'
import { PooledBrowser } from './pooled-browser.ts'

export interface BrowserPoolOptions {
  chromium: Chromium
  logger: Logger
  /** Browsers at most. @default 2 */
  maxBrowsers?: number
  /** Contexts at most in one browser. @default 5 */
  contextsPerBrowser?: number
  /** A browser is replaced after this many leases: its memory only grows. @default 50 */
  leasesPerBrowser?: number
  /** How often idle and busy browsers are asked whether they are well, in milliseconds. @default 15_000 */
  healthCheckMs?: number
  /** What each context is made with, for instance its proxy; asked once per lease. */
  contextOptions?: () => Promise<BrowserContextOptions>
}

export interface AcquireOptions {
  /** The context is taken back after this many milliseconds, whoever still uses it. */
  deadlineMs: number
  /** Ends the wait for a free context. */
  signal: AbortSignal
}

interface Waiter {
  resolve: () => void
  reject: (error: Error) => void
}

/**
 * Hands out browser contexts, each a fresh profile of its own, from a few shared browsers. No browser is started before the first lease; one
 * that crashes, hangs or has served its number of leases is replaced, also under steady load.
 */
export class BrowserPool {
  readonly #options: Required<Omit<BrowserPoolOptions, 'contextOptions'>> &
    Pick<BrowserPoolOptions, 'contextOptions'>
  readonly #browsers = new Set<PooledBrowser>()
  readonly #waiters: Waiter[] = []
  #launching = 0
  #reserved = 0
  #closed = false
  #healthTimer: NodeJS.Timeout | undefined

  constructor(options: BrowserPoolOptions) {
    this.#options = {
      maxBrowsers: 2,
      contextsPerBrowser: 5,
      leasesPerBrowser: 50,
      healthCheckMs: 15_000,
      ...options,
    }
  }

  /** Process ids of the running browsers. */
  get pids(): number[] {
    return [...this.#browsers].map(({ pid }) => pid).filter((pid) => pid !== undefined)
  }

  /** Contexts in use. */
  get active(): number {
    return this.#reserved
  }

  async acquire(options: AcquireOptions): Promise<BrowserLease> {
    await this.#reserve(options.signal)
    try {
      return await this.#lease(options)
    } catch (error) {
      this.#free()
      throw error
    }
  }

  /** Closes every browser; leases in use end with them. */
  async close(): Promise<void> {
    this.#closed = true
    clearInterval(this.#healthTimer)
    for (const waiter of this.#waiters.splice(0)) waiter.reject(closedError())
    await Promise.all([...this.#browsers].map((browser) => browser.close()))
  }

  /** Waits for one of the pool's contexts to be free: first come, first served. */
  async #reserve(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    if (this.#closed) throw closedError()
    const { maxBrowsers, contextsPerBrowser } = this.#options
    if (this.#reserved < maxBrowsers * contextsPerBrowser) {
      this.#reserved += 1
      return
    }
    await new Promise<void>((resolve, reject) => {
      const waiter = { resolve, reject }
      const leave = (): void => {
        const place = this.#waiters.indexOf(waiter)
        if (place !== -1) this.#waiters.splice(place, 1)
        reject(signal.reason as Error)
      }
      waiter.resolve = () => {
        signal.removeEventListener('abort', leave)
        resolve()
      }
      signal.addEventListener('abort', leave, { once: true })
      this.#waiters.push(waiter)
    })
  }

  /** Hands the freed context's place to whoever waits longest. */
  #free(): void {
    const waiter = this.#waiters.shift()
    if (waiter) waiter.resolve()
    else this.#reserved -= 1
  }

  async #lease({ deadlineMs, signal }: AcquireOptions): Promise<BrowserLease> {
    const browser = await this.#browserWithRoom()
    let context: BrowserContext
    try {
      context = await browser.createContext({
        downloadBehavior: { policy: 'deny' },
        ...(await this.#options.contextOptions?.()),
      })
    } catch (error) {
      browser.active -= 1
      this.#discard(browser, 'it did not make a context')
      throw new BrowserUnavailableError('A browser of the pool failed and is being replaced.', {
        cause: error,
      })
    }
    const lease = new BrowserLease(context, {
      deadlineMs,
      onRelease: () => {
        browser.active -= 1
        if (browser.isRetired && browser.active === 0) this.#discard(browser, 'it has served its leases')
        this.#free()
      },
    })
    if (signal.aborted || this.#closed) {
      void lease.release()
      signal.throwIfAborted()
      throw closedError()
    }
    return lease
  }

  /** The browser with the fewest contexts that takes one more, or a new one. Counts the context at once. */
  async #browserWithRoom(): Promise<PooledBrowser> {
    const open = [...this.#browsers].filter(
      ({ isRetired, isConnected, active }) =>
        !isRetired && isConnected && active < this.#options.contextsPerBrowser,
    )
    const emptiest = open.toSorted((a, b) => a.active - b.active)[0]
    const running = [...this.#browsers].filter(({ isRetired }) => !isRetired).length + this.#launching
    const isSpread = emptiest !== undefined && (emptiest.active === 0 || running >= this.#options.maxBrowsers)
    const browser = isSpread ? emptiest : await this.#launch()
    browser.active += 1
    browser.leases += 1
    if (browser.leases >= this.#options.leasesPerBrowser) browser.isRetired = true
    return browser
  }

  async #launch(): Promise<PooledBrowser> {
    this.#launching += 1
    try {
      const browser = await PooledBrowser.launch(this.#options.chromium)
      if (this.#closed) {
        await browser.close()
        throw closedError()
      }
      this.#browsers.add(browser)
      browser.onGone(() => this.#discard(browser, 'it ended'))
      this.#healthTimer ??= setInterval(() => void this.#checkHealth(), this.#options.healthCheckMs).unref()
      return browser
    } finally {
      this.#launching -= 1
    }
  }

  async #checkHealth(): Promise<void> {
    await Promise.all(
      [...this.#browsers].map(async (browser) => {
        if (!(await browser.isHealthy())) this.#discard(browser, 'it does not answer')
      }),
    )
  }

  #discard(browser: PooledBrowser, reason: string): void {
    if (!this.#browsers.delete(browser)) return
    const { pid, leases } = browser
    this.#options.logger.info({ pid, leases, reason }, 'browser leaves the pool')
    browser.close().catch((error: unknown) => {
      this.#options.logger.error({ pid, err: error }, 'browser could not be closed')
    })
  }
}

function closedError(): BrowserUnavailableError {
  return new BrowserUnavailableError('The browser pool is closed: the worker is stopping.')
}
