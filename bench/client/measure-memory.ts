import { waitFor } from '@headway/test-kit'
import type { Page } from 'puppeteer'
import type { Stage } from './stage.ts'

/** Three messages each: more than a page holds of a job, also where it was opened late. */
const STEPS = 600
const MEBIBYTE = 1_048_576

/** What a page holds after a collection: an empty one, one with the client, one with the 1,000 events of a job. */
export async function measureMemory(stage: Stage): Promise<void> {
  const empty = await stage.openEmpty()
  const emptyBytes = await heapBytes(empty)
  await empty.close()

  const idle = await stage.openJobs([])
  const idleBytes = await heapBytes(idle)
  await idle.close()

  const jobIds = await stage.startJobs(1, { progressPerSecond: 1, isMixed: false, steps: STEPS })
  const full = await stage.openJobs(jobIds)
  await waitFor(() => full.evaluate(() => globalThis.counts.events >= 1_000), { timeoutMs: 120_000 })
  const fullBytes = await heapBytes(full)
  await full.close()

  const row = (name: string, bytes: number) =>
    console.log(
      `${name.padEnd(44)}${(bytes / MEBIBYTE).toFixed(2).padStart(8)} MiB${((bytes - emptyBytes) / MEBIBYTE).toFixed(2).padStart(8)} over the empty page`,
    )
  row('memory: an empty page', emptyBytes)
  row('memory: React and the client, connected', idleBytes)
  row('memory: and 1,000 events of a job', fullBytes)
  console.log()
}

/** What is alive on the page's heap. */
async function heapBytes(page: Page): Promise<number> {
  const session = await page.createCDPSession()
  await session.send('HeapProfiler.enable')
  // A second one frees what the first one has finalised.
  await session.send('HeapProfiler.collectGarbage')
  await session.send('HeapProfiler.collectGarbage')
  const { usedSize } = await session.send('Runtime.getHeapUsage')
  await session.detach()
  return usedSize
}
