import type { Logger } from '@headway/event-log'
import type { BrowserContext, BrowserContextOptions } from 'puppeteer'
import { BrowserLease } from './browser-lease.ts'
import type { BrowserObserver } from './browser-observer.ts'
import { BrowserSlot, type GoneReason } from './browser-slot.ts'
import { choosePlace, type PoolSize } from './choose-place.ts'
import { BrowserCrashedError, BrowserUnavailableError } from './errors.ts'
import { FairLine } from './fair-line.ts'
import type { Chromium } from './find-chromium.ts'
import { LeaseRequest, type LeaseRequestOptions } from './lease-request.ts'
import { PooledBrowser } from './pooled-browser.ts'
import { WorkerFolder } from './worker-folder.ts'

export interface BrowserPoolOptions extends Partial<PoolSize> {
  chromium: Chromium
  logger: Logger
  /** Browsers that take leases, at most. One that waits for its last lease may run beside them. @default 2 */
  maxBrowsers?: number
  /** Contexts at most in one browser. @default 5 */
  contextsPerBrowser?: number
  /** A browser is replaced after this many leases: its memory only grows. @default 50 */
  leasesPerBrowser?: number
  /**
   * A browser is replaced when all its processes hold more resident memory than this, in megabytes; 0 for no limit. Known on
   * Linux only. @default 2048
   */
  memoryPerBrowserMb?: number
  /** Longest wait for a lease, in milliseconds. @default 60_000 */
  waitMs?: number
  /** How often the browsers are asked whether they are well, in milliseconds. @default 15_000 */
  healthCheckMs?: number
  /** What each context is made with that orders nothing else, for instance its proxy; asked once per lease. */
  contextOptions?: () => Promise<BrowserContextOptions>
  observer?: BrowserObserver | undefined
}

export type AcquireOptions = Omit<LeaseRequestOptions, 'waitMs'>

/**
 * Hands out browser contexts, each with nothing of any other, from a few shared browsers, fairly among the users who wait. No browser is
 * started before the first lease; one that crashes, hangs, grows or has served its number of leases is replaced, also under steady load.
 */
export class BrowserPool {
  readonly #options: BrowserPoolOptions
  readonly #size: PoolSize
  readonly #line = new FairLine<LeaseRequest>()
  /** All that wait: in the line, or for a context that is being made. */
  readonly #requests = new Set<LeaseRequest>()
  /** Contexts of each user. */
  readonly #held = new Map<string, number>()
  readonly #slots = new Set<BrowserSlot>()
  readonly #closing = new Map<BrowserSlot, Promise<void>>()
  readonly #healthTimer: NodeJS.Timeout
  #folder: Promise<WorkerFolder> | undefined
  #isChecking = false
  #closed: Promise<void> | undefined

  constructor(options: BrowserPoolOptions) {
    const { maxBrowsers = 2, contextsPerBrowser = 5, healthCheckMs = 15_000 } = options
    this.#options = options
    this.#size = { maxBrowsers, contextsPerBrowser }
    this.#healthTimer = setInterval(() => void this.#checkHealth(), healthCheckMs).unref()
  }

  /** Process ids of the running browsers. */
  get pids(): number[] {
    return [...this.#slots].map(({ started }) => started?.pid).filter((pid) => pid !== undefined)
  }

  /** Contexts in use. */
  get active(): number {
    return this.#all.reduce((sum, { active }) => sum + active, 0)
  }

  /**
   * Waits for a free context.
   *
   * @throws BrowserBusyError when none is free in time; BrowserUnavailableError when no browser can be started or the pool is
   *   closed; the signal's reason when it is aborted
   */
  async acquire(options: AcquireOptions): Promise<BrowserLease> {
    options.signal.throwIfAborted()
    if (this.#closed) throw closedError()
    const { observer, waitMs = 60_000 } = this.#options
    const start = performance.now()
    observer?.onWaiting()
    const request = new LeaseRequest({ ...options, waitMs }, (end) => {
      this.#requests.delete(request)
      this.#line.remove(request.userId, request)
      observer?.onWaited(end, performance.now() - start)
    })
    this.#requests.add(request)
    this.#line.add(request.userId, request)
    this.#serve()
    return request.lease
  }

  /** Closes every browser; leases in use end with them. */
  async close(): Promise<void> {
    this.#closed ??= this.#close()
    return this.#closed
  }

  async #close(): Promise<void> {
    clearInterval(this.#healthTimer)
    // Nobody waits from here on, so no browser is started any more.
    for (const request of this.#requests) request.refuse(closedError())
    for (const slot of this.#slots) this.#discard(slot, 'closed', closedError())
    await Promise.all(this.#closing.values())
    const folder = await this.#folder?.catch(() => undefined)
    await folder?.remove()
  }

  get #all(): BrowserSlot[] {
    return [...this.#slots, ...this.#closing.keys()]
  }

  /** Gives contexts to those who wait, as far as there are any. */
  #serve(): void {
    while (this.#line.size > 0) {
      const place = choosePlace(this.#all, this.#size)
      if (place === 'full') return
      const request = this.#line.take((userId) => this.#held.get(userId) ?? 0)
      if (request) void this.#lease(place === 'start' ? this.#start() : place, request)
    }
  }

  async #lease(slot: BrowserSlot, request: LeaseRequest): Promise<void> {
    this.#enter(slot, request.userId)
    try {
      const context = await this.#createContext(slot, request)
      this.#lend(slot, context, request)
    } catch (error) {
      this.#leave(slot, request.userId)
      this.#tryAgain(request, error)
    }
  }

  #lend(slot: BrowserSlot, context: BrowserContext, request: LeaseRequest): void {
    const { observer } = this.#options
    const { userId, deadlineMs } = request
    let isGranted = false
    const lease = new BrowserLease(context, {
      deadlineMs,
      onEnd: (end, isClosed) => {
        if (!isClosed) slot.retire('stuck')
        if (isGranted) observer?.onReturned(end)
        slot.leases.delete(lease)
        this.#leave(slot, userId)
      },
    })
    slot.leases.add(lease)
    isGranted = request.grant(lease)
    if (isGranted) observer?.onLeased()
    else void lease.release()
  }

  async #createContext(slot: BrowserSlot, request: LeaseRequest): Promise<BrowserContext> {
    const browser = await slot.browser
    const options = request.contextOptions ?? (await this.#options.contextOptions?.())
    try {
      const context = await browser.createContext({ downloadBehavior: { policy: 'deny' }, ...options })
      // It may have ended between its answer and this line, and its leases with it.
      if (this.#slots.has(slot)) return context
      throw new Error('The browser has left the pool.')
    } catch (error) {
      this.#discard(slot, browser.isConnected ? 'unresponsive' : 'crashed')
      throw new BrowserCrashedError('A browser of the pool made no context and is being replaced.', {
        cause: error,
      })
    }
  }

  /** Nobody need hear of a browser that was found dead, as long as the next one is not. */
  #tryAgain(request: LeaseRequest, error: unknown): void {
    if (request.isOver || request.isSecondTry || !(error instanceof BrowserCrashedError)) {
      request.refuse(error)
      return
    }
    request.isSecondTry = true
    this.#line.add(request.userId, request)
    this.#serve()
  }

  #enter(slot: BrowserSlot, userId: string): void {
    slot.active += 1
    slot.served += 1
    if (slot.served >= (this.#options.leasesPerBrowser ?? 50)) slot.retire('leases')
    this.#held.set(userId, (this.#held.get(userId) ?? 0) + 1)
  }

  #leave(slot: BrowserSlot, userId: string): void {
    slot.active -= 1
    const held = (this.#held.get(userId) ?? 0) - 1
    if (held > 0) this.#held.set(userId, held)
    else this.#held.delete(userId)
    this.#endIfDrained(slot)
    this.#serve()
  }

  #endIfDrained(slot: BrowserSlot): void {
    if (slot.retiredFor && slot.active === 0) this.#discard(slot, slot.retiredFor)
  }

  #start(): BrowserSlot {
    const slot = new BrowserSlot((signal) => this.#launch(signal))
    this.#slots.add(slot)
    void this.#watch(slot)
    return slot
  }

  async #launch(signal: AbortSignal): Promise<PooledBrowser> {
    this.#folder ??= WorkerFolder.create().catch((error: unknown) => {
      this.#folder = undefined
      const message =
        'No folder could be made for the profiles of browsers. Is there room in the temporary folder?'
      throw new BrowserUnavailableError(message, { cause: error })
    })
    return PooledBrowser.launch(this.#options.chromium, await this.#folder, signal)
  }

  async #watch(slot: BrowserSlot): Promise<void> {
    const { observer } = this.#options
    try {
      const browser = await slot.browser
      slot.started = browser
      observer?.onBrowserStarted()
      browser.onGone(() => this.#discard(slot, 'crashed'))
    } catch {
      // Whoever waits for the browser is told why it did not start.
      this.#slots.delete(slot)
      observer?.onStartFailed()
      this.#serve()
    }
  }

  async #checkHealth(): Promise<void> {
    if (this.#isChecking) return
    this.#isChecking = true
    await Promise.all([...this.#slots].map((slot) => this.#check(slot)))
    this.#isChecking = false
  }

  async #check(slot: BrowserSlot): Promise<void> {
    const { memoryPerBrowserMb: limitMb = 2048, logger } = this.#options
    const browser = slot.started
    if (!browser) return
    if (!(await browser.isHealthy())) {
      this.#discard(slot, 'unresponsive')
      return
    }
    if (limitMb === 0) return
    try {
      const memoryMb = ((await browser.memoryBytes()) ?? 0) / 1_048_576
      if (memoryMb <= limitMb) return
      logger.info(
        { pid: browser.pid, memoryMb: Math.round(memoryMb), limitMb },
        'browser holds too much memory',
      )
      slot.retire('memory')
      this.#endIfDrained(slot)
    } catch (error) {
      logger.warn({ err: error, pid: browser.pid }, 'the memory of a browser could not be read')
    }
  }

  /** Takes a browser out of the pool, ends its leases and closes it. */
  #discard(slot: BrowserSlot, reason: GoneReason, error: Error = goneError(reason)): void {
    if (!this.#slots.delete(slot)) return
    slot.retire(reason)
    slot.giveUpStart()
    if (reason === 'unresponsive') slot.started?.kill()
    slot.loseLeases(error)
    this.#closing.set(slot, this.#end(slot, reason))
  }

  async #end(slot: BrowserSlot, reason: GoneReason): Promise<void> {
    const { logger, observer } = this.#options
    // One that did not start is cleared away already.
    const browser = await slot.browser.catch(() => undefined)
    if (browser) {
      logger.info({ pid: browser.pid, leases: slot.served, reason }, 'browser leaves the pool')
      await browser.close().catch((error: unknown) => {
        logger.error({ err: error, pid: browser.pid, reason }, 'browser could not be closed')
      })
      observer?.onBrowserGone(reason)
    }
    this.#closing.delete(slot)
    this.#serve()
  }
}

function closedError(): BrowserUnavailableError {
  return new BrowserUnavailableError('The browser pool is closed: the worker is stopping.')
}

function goneError(reason: GoneReason): BrowserCrashedError {
  const what = reason === 'unresponsive' ? 'did not answer and was killed' : 'crashed'
  return new BrowserCrashedError(`The browser of the job ${what}. Another attempt gets another one.`)
}
