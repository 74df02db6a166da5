import type { Page } from 'puppeteer'
import type { Device } from './device.ts'

/** A tab of the console that shows a job which waits to be answered. Tabs of one device share a browser's storage. */
export class JobTab {
  readonly page: Page

  private constructor(page: Page) {
    this.page = page
  }

  /** @param change run in the tab before anything of its page */
  static async open(device: Device, change?: () => unknown): Promise<JobTab> {
    const page = await device.page.browserContext().newPage()
    page.setDefaultTimeout(60_000)
    if (change) await page.evaluateOnNewDocument(change)
    return new JobTab(page)
  }

  /** Opens the job's page at the deployment's address, as that user. */
  async signIn(url: string, jobId: string, userId: string): Promise<void> {
    await this.page.goto(`${url}/jobs/${jobId}`)
    await this.fillIn(userId)
  }

  async fillIn(userId: string): Promise<void> {
    // A tab in the background draws nothing, and what is not drawn can't be clicked.
    await this.page.bringToFront()
    await this.page.locator('input[name="userId"]').fill(userId)
    await this.page.locator('::-p-aria(Sign in)').click()
  }

  async waitForQuestion(): Promise<void> {
    await this.page.waitForSelector('.job-page[data-state="waiting"]')
  }

  /** Another user's job is shown as one that is missing. */
  async waitForNoJob(): Promise<void> {
    await this.page.waitForFunction(() => document.body.textContent?.includes('There is no such job'))
  }

  /** The types of the durable events behind the answer, as the job's timeline has them. */
  async events(): Promise<string[]> {
    const types = await this.page.$$eval('[data-event]', (lines) =>
      lines.map((line) => line.getAttribute('data-event') ?? ''),
    )
    return behindAnswer(types.filter((type) => type !== 'JOB_PROGRESS' && type !== 'JOB_CHUNK'))
  }
}

/** What came after the answer. */
export function behindAnswer(types: readonly string[]): string[] {
  return types.slice(types.lastIndexOf('JOB_ANSWERED'))
}
