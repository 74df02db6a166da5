import { setTimeout as delay } from 'node:timers/promises'
import { launch, type Browser, type BrowserContext, type BrowserContextOptions } from 'puppeteer'
import { chromiumEnv, chromiumFlags } from './chromium-flags.ts'
import { BrowserUnavailableError } from './errors.ts'
import type { Chromium } from './find-chromium.ts'
import { groupEnded, signalGroup } from './process-group.ts'
import { readTreeMemory } from './process-memory.ts'
import { removeFolder, type WorkerFolder } from './worker-folder.ts'

/** Longest wait for a new context, which a busy machine may well need, in milliseconds. */
const CONTEXT_TIMEOUT_MS = 10_000
/** Longest wait for a sign of life, in milliseconds. */
const HEALTH_TIMEOUT_MS = 5000
/** How long a browser may take to close by itself, in milliseconds; then its processes are killed. */
const CLOSE_TIMEOUT_MS = 5000

/**
 * One Chromium of the pool with its profile folder. It is driven through a pipe, not a port: a Chromium whose pipe ends, ends
 * itself, so none survives its worker, however that worker ends.
 */
export class PooledBrowser {
  readonly #browser: Browser
  readonly #profile: string
  #closing: Promise<void> | undefined

  /** @param signal gives the start up */
  static async launch(chromium: Chromium, folder: WorkerFolder, signal: AbortSignal): Promise<PooledBrowser> {
    const profile = await folder.createProfile()
    try {
      const browser = await launch({
        executablePath: chromium.executablePath,
        headless: chromium.headless,
        pipe: true,
        userDataDir: profile,
        args: chromiumFlags(),
        env: chromiumEnv({ profile, extra: chromium.env }),
        signal,
        // The worker closes its browsers itself, after its jobs.
        handleSIGINT: false,
        handleSIGTERM: false,
        handleSIGHUP: false,
        timeout: 30_000,
      })
      return new PooledBrowser(browser, profile)
    } catch (error) {
      await removeFolder(profile)
      throw new BrowserUnavailableError(whyNotStarted(chromium, error), { cause: error })
    }
  }

  private constructor(browser: Browser, profile: string) {
    this.#browser = browser
    this.#profile = profile
  }

  get pid(): number | undefined {
    return this.#browser.process()?.pid
  }

  /** False once it has crashed or was closed. */
  get isConnected(): boolean {
    return this.#browser.connected
  }

  /** Calls back once when the browser is gone, by a crash or by {@link close}. */
  onGone(listener: () => void): void {
    this.#browser.once('disconnected', listener)
  }

  async createContext(options: BrowserContextOptions): Promise<BrowserContext> {
    return within(this.#browser.createBrowserContext(options), CONTEXT_TIMEOUT_MS, 'a new context')
  }

  /** True when the browser answers in time. */
  async isHealthy(): Promise<boolean> {
    return within(this.#browser.version(), HEALTH_TIMEOUT_MS, 'its version').then(
      () => true,
      () => false,
    )
  }

  /** Resident memory of all its processes, in bytes; undefined where the system does not tell. */
  async memoryBytes(): Promise<number | undefined> {
    return this.pid === undefined ? undefined : readTreeMemory(this.pid)
  }

  /** Closes the browser, by SIGKILL to its process group if it does not close in time, and removes its profile. */
  async close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    const closed = this.#browser.close().catch(() => undefined)
    await Promise.race([closed, delay(CLOSE_TIMEOUT_MS, undefined, { ref: false })])
    this.kill()
    if (this.pid !== undefined) await groupEnded(this.pid)
    await removeFolder(this.#profile)
  }

  /** Kills the browser with all its processes, at once. */
  kill(): void {
    if (this.pid === undefined) return
    // Puppeteer makes a browser the leader of a process group of its own.
    signalGroup(this.pid, 'SIGKILL')
  }
}

function whyNotStarted({ executablePath }: Chromium, error: unknown): string {
  const isWithoutSandbox = String(error).includes('No usable sandbox')
  return isWithoutSandbox
    ? `${executablePath} did not start: this machine or container lets it make no sandbox. Allow user namespaces, or set PUPPETEER_DANGEROUS_NO_SANDBOX=true.`
    : `${executablePath} did not start. Try it by hand: \`${executablePath} --headless --dump-dom about:blank\`.`
}

async function within<T>(promise: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  const timer = new AbortController()
  const timeout = delay(timeoutMs, undefined, { signal: timer.signal, ref: false }).then(() => {
    throw new BrowserUnavailableError(`The browser did not answer with ${what} within ${timeoutMs} ms.`)
  })
  try {
    return await Promise.race([promise, timeout])
  } finally {
    timer.abort()
    // Whichever lost the race may still fail, and nobody is left to hear of it.
    timeout.catch(() => undefined)
    promise.catch(() => undefined)
  }
}
