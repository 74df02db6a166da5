import { expect, vi } from 'vitest'
import type { JobPage } from './job-page.ts'
import type { JobWitness } from './job-witness.ts'

/** A job has ended: its page shows all that came since it was opened, each once, and the text as the worker wrote it. */
export async function expectWhole(tab: JobPage, witness: JobWitness): Promise<void> {
  await tab.waitForState('completed')
  await tab.waitForFreshness('live')
  await expect.poll(() => witness.textSha256).toBeDefined()
  // The news of the end may have come by the user's channel, ahead of what the job's brings before it.
  await vi.waitFor(
    async () => {
      const shown = await tab.events()
      expect(shown).toEqual(witness.events.slice(-shown.length))
    },
    { timeout: 10_000 },
  )
  expect(await tab.textSha256()).toBe(witness.textSha256)
}
