import type { Logger } from '@headway/event-log'
import type { BrowserContextOptions } from 'puppeteer'
import type { Availability } from '../define-operation.ts'
import { EgressProxy } from '../pages/egress-proxy.ts'
import type { UrlGuard } from '../pages/url-guard.ts'
import { BrowserPool, type BrowserPoolOptions } from './browser-pool.ts'
import { BrowserUnavailableError, ChromiumNotFoundError } from './errors.ts'
import { findChromium, type Chromium } from './find-chromium.ts'

/** A page puts no file on the worker's disk. */
const NO_DOWNLOADS = { policy: 'deny' } as const

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
  readonly #proxies = new Map<string | undefined, EgressProxy>()
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

  /**
   * What a context is made with: its way out, and that it stores no downloads.
   *
   * @param origin one that this context alone may reach wherever it is; it has a proxy that no other context is told of
   */
  async contextOptions(origin?: string): Promise<BrowserContextOptions> {
    const { urls } = this.#options
    if (urls.allowsPrivateUrls) return { downloadBehavior: NO_DOWNLOADS }
    const proxy =
      this.#proxies.get(origin) ?? new EgressProxy(origin === undefined ? urls : urls.trusting(origin))
    this.#proxies.set(origin, proxy)
    // Chromium goes to loopback addresses directly unless it is told not to.
    const proxyServer = await proxy.url()
    return { proxyServer, proxyBypassList: ['<-loopback>'], downloadBehavior: NO_DOWNLOADS }
  }

  /** Process ids of the browsers that run. */
  get pids(): number[] {
    return this.#pool?.pids ?? []
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#pool?.close()
    await Promise.all([...this.#proxies.values()].map((proxy) => proxy.close()))
  }

  #open(chromium: Chromium): BrowserPool {
    const { logger, pool } = this.#options
    return new BrowserPool({ ...pool, chromium, logger, contextOptions: () => this.contextOptions() })
  }

  async #find(): Promise<Chromium> {
    this.#chromium ??= (this.#options.find ?? findChromium)().catch((error: unknown) => {
      this.#chromium = undefined
      throw error
    })
    return this.#chromium
  }
}
