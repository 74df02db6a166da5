import { TimeoutError, type BrowserContext, type HTTPResponse, type Page } from 'puppeteer'
import { FinalError } from '../errors.ts'
import { untilAborted } from '../pages/until-aborted.ts'
import { erpUnavailable } from './erp-errors.ts'
import { fillForm, READ_FACTS, type PageFacts } from './page-scripts.ts'

export interface ErpPageParts {
  browser: () => BrowserContext
  signal: AbortSignal
  /** Only pages from there are read and filled in. */
  origin: string
  /** Longest wait for a page, in milliseconds. @default 30_000 */
  timeoutMs?: number | undefined
}

/**
 * The window in which the ERP's pages are read and filled in. What is true is what the page says: nothing here waits for a time, and a page
 * that is late, busy or not the ERP's is an error.
 */
export class ErpPage {
  readonly #page: Page
  readonly #parts: ErpPageParts
  #status = 0

  static async open(parts: ErpPageParts): Promise<ErpPage> {
    const page = await untilAborted(parts.signal, parts.browser().newPage())
    page.setDefaultTimeout(parts.timeoutMs ?? 30_000)
    // A dialog holds up its page until somebody answers, and nobody would.
    page.on('dialog', (dialog) => void dialog.dismiss().catch(() => undefined))
    return new ErpPage(page, parts)
  }

  private constructor(page: Page, parts: ErpPageParts) {
    this.#page = page
    this.#parts = parts
  }

  /** How the last request was answered; 0 where it was not, or not yet. */
  get status(): number {
    return this.#status
  }

  async goTo(path: string): Promise<PageFacts> {
    return this.#arrive(() =>
      this.#page.goto(`${this.#parts.origin}${path}`, { waitUntil: 'domcontentloaded' }),
    )
  }

  /** Presses a button that sends its form, and waits for what comes of it. */
  async press(button: string): Promise<PageFacts> {
    return this.#arrive(async () => {
      const arriving = this.#page.waitForNavigation({ waitUntil: 'domcontentloaded' })
      // Nobody waits for it when the click fails.
      arriving.catch(() => undefined)
      await this.#page.click(button)
      return arriving
    })
  }

  /** Fills in the form that a button belongs to. */
  async fill(button: string, fields: Readonly<Record<string, string>>): Promise<void> {
    const missing = await this.read<string[]>(fillForm(button, fields))
    if (missing.length === 0) return
    throw erpUnavailable(`The ERP's form has no field ${missing.join(', ')}: it is not the one that we know.`)
  }

  /** Runs a script in the page. One that answers null has not found what the page should have. */
  async read<T>(script: string): Promise<T> {
    const found = (await this.#waitFor(this.#page.evaluate(script))) as T | null
    if (found !== null) return found
    const { heading } = await this.read<PageFacts>(READ_FACTS)
    throw erpUnavailable(`The ERP shows another page than it should: "${heading}", status ${this.#status}.`)
  }

  async screenshot(): Promise<Uint8Array> {
    return this.#waitFor(this.#page.screenshot({ type: 'png', fullPage: true }))
  }

  async #arrive(leave: () => Promise<HTTPResponse | null>): Promise<PageFacts> {
    this.#status = 0
    const response = await this.#waitFor(leave())
    this.#status = response?.status() ?? 0
    this.#checkOrigin(response?.url() ?? this.#page.url())
    if (this.#status === 0 || this.#status >= 500) {
      const how = this.#status === 0 ? 'did not answer' : `answered with status ${this.#status}`
      throw erpUnavailable(`The ERP ${how}. It may be busy.`)
    }
    return this.read<PageFacts>(READ_FACTS)
  }

  /** Whoever gets hold of a redirect must not get what is filled in. */
  #checkOrigin(url: string): void {
    const { origin, protocol } = new URL(url)
    if (origin === this.#parts.origin || protocol === 'chrome-error:') return
    throw new FinalError(`The ERP leads to ${origin}, and only pages of ${this.#parts.origin} are its own.`, {
      code: 'url_not_allowed',
    })
  }

  async #waitFor<T>(promise: Promise<T>): Promise<T> {
    try {
      return await untilAborted(this.#parts.signal, promise)
    } catch (error) {
      this.#parts.signal.throwIfAborted()
      if (error instanceof TimeoutError) {
        throw erpUnavailable(`The ERP did not answer within ${this.#page.getDefaultTimeout()} ms.`, error)
      }
      const reason = error instanceof Error ? /net::[A-Z_]+/.exec(error.message)?.[0] : undefined
      if (reason !== undefined) throw erpUnavailable(`The ERP could not be reached (${reason}).`, error)
      throw error
    }
  }
}
