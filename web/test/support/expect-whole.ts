import { expect } from 'vitest'
import type { JobPage } from './job-page.ts'
import type { JobWitness } from './job-witness.ts'

/** A job has ended: its page shows all that came since it was opened, each once, and the text as the worker wrote it. */
export async function expectWhole(tab: JobPage, witness: JobWitness): Promise<void> {
  await tab.waitForState('completed')
  await tab.waitForFreshness('live')
  await expect.poll(() => witness.textSha256).toBeDefined()
  // The news of the end may have come by the user's channel, ahead of the job's.
  await expect.poll(async () => (await tab.events()).at(-1)).toBe(witness.events.at(-1))
  const shown = await tab.events()
  expect(shown).toEqual(witness.events.slice(-shown.length))
  expect(await tab.textSha256()).toBe(witness.textSha256)
}
