import type { Logger } from '@headway/event-log'
import type { BrowserContext, BrowserContextOptions } from 'puppeteer'
import { BrowserLease } from './browser-lease.ts'
import { chooseSlot, type BrowserSlot, type PoolSize } from './browser-slot.ts'
import { BrowserUnavailableError } from './errors.ts'
import type { Chromium } from './find-chromium.ts'
import { PooledBrowser } from './pooled-browser.ts'
import { Seats } from './seats.ts'

export interface BrowserPoolOptions extends Partial<PoolSize> {
  chromium: Chromium
  logger: Logger
  /** Browsers at most. @default 2 */
  maxBrowsers?: number
  /** Contexts at most in one browser. @default 5 */
  contextsPerBrowser?: number
  /** A browser is replaced after this many leases: its memory only grows. @default 50 */
  leasesPerBrowser?: number
  /** How often the browsers are asked whether they are well, in milliseconds. @default 15_000 */
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

/**
 * Hands out browser contexts, each with nothing of any other, from a few shared browsers. No browser is started before the
 * first lease; one that crashes, hangs or has served its number of leases is replaced, also under steady load.
 */
export class BrowserPool {
  readonly #chromium: Chromium
  readonly #logger: Logger
  readonly #size: PoolSize
  readonly #leasesPerBrowser: number
  readonly #contextOptions: () => Promise<BrowserContextOptions>
  readonly #seats: Seats
  readonly #slots = new Set<BrowserSlot>()
  readonly #healthTimer: NodeJS.Timeout
  #isClosed = false

  constructor(options: BrowserPoolOptions) {
    const { maxBrowsers = 2, contextsPerBrowser = 5, leasesPerBrowser = 50, healthCheckMs = 15_000 } = options
    this.#chromium = options.chromium
    this.#logger = options.logger
    this.#size = { maxBrowsers, contextsPerBrowser }
    this.#leasesPerBrowser = leasesPerBrowser
    this.#contextOptions = options.contextOptions ?? (() => Promise.resolve({}))
    this.#seats = new Seats(maxBrowsers * contextsPerBrowser)
    this.#healthTimer = setInterval(() => void this.#checkHealth(), healthCheckMs).unref()
  }

  /** Process ids of the running browsers. */
  get pids(): number[] {
    return [...this.#slots].map(({ started }) => started?.pid).filter((pid) => pid !== undefined)
  }

  /** Contexts in use. */
  get active(): number {
    return this.#seats.taken
  }

  /**
   * Waits for a free context.
   *
   * @throws BrowserUnavailableError when no browser can be started or the pool is closed; the signal's reason when it is aborted
   */
  async acquire(options: AcquireOptions): Promise<BrowserLease> {
    if (this.#isClosed) throw closedError()
    await this.#seats.take(options.signal)
    try {
      return await this.#lease(options)
    } catch (error) {
      this.#seats.give()
      throw error
    }
  }

  /** Closes every browser; leases in use end with them. */
  async close(): Promise<void> {
    this.#isClosed = true
    clearInterval(this.#healthTimer)
    this.#seats.refuseAll(closedError())
    await Promise.all([...this.#slots].map((slot) => this.#discard(slot, 'the pool is closed')))
  }

  async #lease({ deadlineMs, signal }: AcquireOptions): Promise<BrowserLease> {
    const slot = chooseSlot(this.#slots, this.#size) ?? this.#start()
    slot.active += 1
    slot.leases += 1
    slot.isRetired ||= slot.leases >= this.#leasesPerBrowser
    try {
      const context = await this.#createContext(slot)
      const lease = new BrowserLease(context, {
        deadlineMs,
        onRelease: () => {
          this.#leave(slot)
          this.#seats.give()
        },
      })
      if (!signal.aborted && !this.#isClosed) return lease
      await context.close().catch(() => undefined)
    } catch (error) {
      this.#leave(slot)
      throw error
    }
    this.#leave(slot)
    signal.throwIfAborted()
    throw closedError()
  }

  async #createContext(slot: BrowserSlot): Promise<BrowserContext> {
    try {
      const browser = await slot.browser
      return await browser.createContext({
        downloadBehavior: { policy: 'deny' },
        ...(await this.#contextOptions()),
      })
    } catch (error) {
      void this.#discard(slot, 'it did not make a context')
      if (error instanceof BrowserUnavailableError) throw error
      throw new BrowserUnavailableError('A browser of the pool failed and is being replaced.', {
        cause: error,
      })
    }
  }

  #leave(slot: BrowserSlot): void {
    slot.active -= 1
    if (slot.isRetired && slot.active === 0) void this.#discard(slot, 'it has served its leases')
  }

  #start(): BrowserSlot {
    const browser = PooledBrowser.launch(this.#chromium)
    const slot: BrowserSlot = { browser, started: undefined, active: 0, leases: 0, isRetired: false }
    this.#slots.add(slot)
    void this.#watch(slot)
    return slot
  }

  async #watch(slot: BrowserSlot): Promise<void> {
    try {
      slot.started = await slot.browser
      slot.started.onGone(() => void this.#discard(slot, 'it ended'))
    } catch {
      // Whoever waits for the browser is told why it did not start.
      this.#slots.delete(slot)
    }
  }

  async #checkHealth(): Promise<void> {
    await Promise.all(
      [...this.#slots].map(async (slot) => {
        if (slot.started && !(await slot.started.isHealthy())) await this.#discard(slot, 'it does not answer')
      }),
    )
  }

  /** Takes a browser out of the pool and closes it. Whoever still waits for its start, or uses it, finds it closed. */
  async #discard(slot: BrowserSlot, reason: string): Promise<void> {
    if (!this.#slots.delete(slot)) return
    try {
      const browser = await slot.browser
      this.#logger.info({ pid: browser.pid, leases: slot.leases, reason }, 'browser leaves the pool')
      await browser.close()
    } catch (error) {
      this.#logger.error({ err: error, reason }, 'browser could not be closed')
    }
  }
}

function closedError(): BrowserUnavailableError {
  return new BrowserUnavailableError('The browser pool is closed: the worker is stopping.')
}
