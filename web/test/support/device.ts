import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from 'puppeteer'

const screenshots = fileURLToPath(new URL('../../../test-results/', import.meta.url))

export interface DeviceOptions {
  scheme?: 'light' | 'dark'
  isPhone?: boolean
}

/** A browser with nothing in common with the others, and one tab in it: what a user holds in the hand. */
export class Device {
  readonly page: Page
  /** Errors that nobody caught, and what the page's own policy forbade. */
  readonly #complaints: string[] = []
  readonly #context: BrowserContext

  private constructor(context: BrowserContext, page: Page) {
    this.#context = context
    this.page = page
    page.on('pageerror', (error) => this.#complaints.push(String(error)))
    page.on('console', (message) => {
      if (message.text().includes('Content Security Policy')) this.#complaints.push(message.text())
    })
  }

  static async open(browser: Browser, { scheme = 'light', isPhone = false }: DeviceOptions = {}) {
    const context = await browser.createBrowserContext()
    const page = await context.newPage()
    page.setDefaultTimeout(30_000)
    await page.setViewport(
      isPhone ? { width: 390, height: 844, isMobile: true, hasTouch: true } : { width: 1_280, height: 900 },
    )
    await page.emulateMediaFeatures([
      { name: 'prefers-color-scheme', value: scheme },
      { name: 'prefers-reduced-motion', value: 'reduce' },
    ])
    return new Device(context, page)
  }

  async signIn(url: string, userId: string): Promise<void> {
    await this.page.goto(url)
    await this.page.locator('input[name="userId"]').fill(userId)
    await this.press('Sign in')
    await this.waitForText('[data-testid="connection"]', 'Live')
  }

  /** Presses a button or follows a link by the words on it. */
  async press(words: string): Promise<void> {
    await this.page.locator(`::-p-aria(${words})`).click()
  }

  /** Presses a button by the keyboard. */
  async pressByKey(words: string): Promise<void> {
    const button = await this.page.waitForSelector(`::-p-aria(${words}):not([disabled])`)
    await button?.focus()
    await this.page.keyboard.press('Enter')
  }

  /** The words on what has the focus; null where nothing has. */
  focused(): Promise<string | null> {
    return this.page.evaluate(() => {
      const { activeElement } = document
      return activeElement === document.body ? null : (activeElement?.textContent ?? null)
    })
  }

  /** Starts a job through its form. */
  async start(operation: string, input: Readonly<Record<string, string>>): Promise<void> {
    await this.press('Start a job')
    await this.page.locator(`a[href="/start/${operation}"]`).click()
    for (const [name, value] of Object.entries(input)) {
      await this.page.locator(`input[name="${name}"]`).fill(value)
    }
    await this.press('Start job')
    await this.page.waitForSelector('.job-page')
  }

  /** Waits until the job's page shows the state. */
  async waitForState(state: string): Promise<void> {
    await this.page.waitForSelector(`.job-page[data-state="${state}"]`)
  }

  async waitForText(selector: string, text: string): Promise<void> {
    await this.page.waitForFunction(
      (wanted, words) => document.querySelector(wanted)?.textContent?.includes(words) === true,
      {},
      selector,
      text,
    )
  }

  /** The names of the events in the job's timeline, from the top. */
  eventTypes(): Promise<string[]> {
    return this.page.$$eval('[data-event]', (lines) =>
      lines.map((line) => line.getAttribute('data-event') ?? ''),
    )
  }

  /** The steps that the job's timeline tells to be completed, from the top. */
  async completedSteps(): Promise<string[]> {
    const details = await this.page.$$eval('[data-event="JOB_STEP"] .timeline-detail', (lines) =>
      lines.map((line) => line.textContent),
    )
    return details
      .filter((detail) => detail.includes(' completed'))
      .map((detail) => detail.replace(/ in .*$/, ''))
  }

  /** What the job's page shows of the job's text. */
  jobText(): Promise<string | null> {
    return this.page.$eval('[data-testid="job-text"]', (element) => element.textContent)
  }

  /** Keeps a picture of the tab in `test-results/`. */
  async keepPicture(name: string): Promise<void> {
    await mkdir(screenshots, { recursive: true })
    await this.page.screenshot({ path: join(screenshots, `${name}.png`) })
  }

  /** @throws when the page has complained of anything while it was open */
  async close(): Promise<void> {
    await this.#context.close()
    if (this.#complaints.length > 0) throw new Error(`The page complained:\n${this.#complaints.join('\n')}`)
  }
}
