import { expect } from 'vitest'
import { behindAnswer, type JobTab } from './job-tab.ts'
import type { JobWitness } from './job-witness.ts'

const PATIENCE = { timeout: 60_000 }

/** A tab shows the job's end, and each event behind the answer once, in the order of its channel. */
export async function expectTimeline(tab: JobTab, witness: JobWitness): Promise<void> {
  await expect.poll(() => witness.textSha256, PATIENCE).toBeDefined()
  const expected = behindAnswer(witness.events.map((event) => event.replace(/ .*$/, '')))
  await tab.page.bringToFront()
  await tab.page.waitForSelector('.job-page[data-state="completed"]')
  await expect.poll(() => tab.events(), PATIENCE).toEqual(expected)
}
