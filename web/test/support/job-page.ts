import { createHash } from 'node:crypto'
import { signToken } from '@headway/test-kit'
import type { Page } from 'puppeteer'
import type { PageRecord } from '../../../packages/react/test/job-page/record.ts'
import type { Device } from './device.ts'

/** The page of `packages/react/test/job-page` in a tab: what it shows of its job, and what it was told. */
export class JobPage {
  readonly page: Page

  constructor({ page }: Pick<Device, 'page'>) {
    this.page = page
  }

  /** Opens the page of a user's job and waits until it is live. */
  async open(url: string, userId: string, jobId: string): Promise<void> {
    const token = await signToken({ userId })
    await this.page.goto(`${url}/#${new URLSearchParams({ token, jobId })}`)
    await this.waitForFreshness('live')
  }

  async waitForState(state: string): Promise<void> {
    await this.page.waitForSelector(`main[data-state="${state}"]`)
  }

  /** How far the job's value can be trusted, as the page says. */
  async waitForFreshness(freshness: string): Promise<void> {
    await this.page.waitForSelector(`main[data-freshness="${freshness}"]`)
  }

  /** Waits until so many steps of the job are done. */
  async waitForSteps(count: number): Promise<void> {
    await this.page.waitForFunction(
      (least) => document.querySelectorAll('#steps [data-status="completed"]').length >= least,
      {},
      count,
    )
  }

  record(): Promise<PageRecord> {
    return this.page.evaluate(() => globalThis.record)
  }

  /** Forgets what was recorded until now. */
  async forget(): Promise<void> {
    await this.page.evaluate(() => {
      for (const list of Object.values(globalThis.record)) list.length = 0
    })
  }

  /** Types of the durable events, with their version or place, that the page shows of its job, from the top. */
  events(): Promise<string[]> {
    return this.page.$$eval('#events li', (lines) => lines.map((line) => line.textContent))
  }

  /** Names and states of the job's steps. */
  steps(): Promise<string[]> {
    return this.page.$$eval('#steps li', (steps) =>
      steps.map(({ textContent, dataset }) => `${textContent} ${dataset['status']}`),
    )
  }

  /** Of the text as it is shown. */
  async textSha256(): Promise<string> {
    const text = await this.page.$eval('pre', (element) => element.textContent)
    return createHash('sha256').update(text).digest('hex')
  }
}
