import type { Logger } from '@headway/event-log'
import type { Availability } from '../define-operation.ts'
import { EgressProxy } from '../pages/egress-proxy.ts'
import type { UrlGuard } from '../pages/url-guard.ts'
import { BrowserPool, type BrowserPoolOptions } from './browser-pool.ts'
import { BrowserUnavailableError, ChromiumNotFoundError } from './errors.ts'
import { findChromium, type Chromium } from './find-chromium.ts'

export interface BrowserSourceOptions {
  urls: UrlGuard
  logger: Logger
  /** Finds the Chromium to launch. @default findChromium */
  find?: () => Promise<Chromium>
  /** Sizes of the pool. */
  pool?: Omit<BrowserPoolOptions, 'chromium' | 'logger' | 'contextOptions'>
}

/**
 * The browsers of a worker, if it can have any: looks for a Chromium when one is first asked about, and opens the pool when one
 * is first needed. Unless private addresses are allowed, its contexts reach the network through the {@link EgressProxy} alone.
 */
export class BrowserSource {
  readonly #options: BrowserSourceOptions
  #chromium: Promise<Chromium> | undefined
  #pool: BrowserPool | undefined
  #proxy: EgressProxy | undefined
  #isClosed = false

  constructor(options: BrowserSourceOptions) {
    this.#options = options
  }

  /** True, or why there is no browser. Looks again each time until one is found. */
  async availability(): Promise<Availability> {
    try {
      await this.#find()
      return true
    } catch (error) {
      if (error instanceof ChromiumNotFoundError) return { reason: error.message }
      throw error
    }
  }

  async pool(): Promise<BrowserPool> {
    const chromium = await this.#find()
    if (this.#isClosed) throw new BrowserUnavailableError('The worker is stopping and opens no browsers.')
    this.#pool ??= this.#open(chromium)
    return this.#pool
  }

  /** Process ids of the browsers that run. */
  get pids(): number[] {
    return this.#pool?.pids ?? []
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#pool?.close()
    await this.#proxy?.close()
  }

  #open(chromium: Chromium): BrowserPool {
    const { urls, logger, pool } = this.#options
    if (urls.allowsPrivateUrls) return new BrowserPool({ ...pool, chromium, logger })
    const proxy = (this.#proxy ??= new EgressProxy(urls))
    return new BrowserPool({
      ...pool,
      chromium,
      logger,
      // Chromium goes to loopback addresses directly unless it is told not to.
      contextOptions: async () => ({ proxyServer: await proxy.url(), proxyBypassList: ['<-loopback>'] }),
    })
  }

  async #find(): Promise<Chromium> {
    this.#chromium ??= (this.#options.find ?? findChromium)().catch((error: unknown) => {
      this.#chromium = undefined
      throw error
    })
    return this.#chromium
  }
}
