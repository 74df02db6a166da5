import { waitFor } from '@headway/test-kit'
import type { Page } from 'puppeteer'
import { percentile } from './percentile.ts'
import type { Stage } from './stage.ts'

const WARM_UP_MS = 3_000
const DURATION_MS = 20_000
const PROGRESS_PER_SECOND = 20

/** From the call in a worker to React's commit, with one job on the page and nothing else to do. */
export async function measureLatency(stage: Stage): Promise<void> {
  const jobIds = await stage.startJobs(1, { progressPerSecond: PROGRESS_PER_SECOND, isMixed: false })
  const page = await stage.openJobs(jobIds)
  await untilRunning(page, jobIds.length)
  await passTime(WARM_UP_MS)
  await forgetLatencies(page)
  await passTime(DURATION_MS)
  console.log(`latency, 1 job, ${PROGRESS_PER_SECOND} messages/s: ${await latencyWords(page)}\n`)
  await page.close()
  await stage.cancelJobs(jobIds)
}

export async function untilRunning(page: Page, count: number): Promise<void> {
  await waitFor(() => page.evaluate((jobs) => globalThis.counts.running.size === jobs, count), {
    timeoutMs: 60_000,
  })
}

export async function forgetLatencies(page: Page): Promise<void> {
  await page.evaluate(() => {
    globalThis.counts.latenciesMs.length = 0
  })
}

export async function latencyWords(page: Page): Promise<string> {
  const latencies = await page.evaluate(() => globalThis.counts.latenciesMs)
  const sorted = latencies.toSorted((a, b) => a - b)
  const [p50, p99] = [0.5, 0.99].map((share) => percentile(sorted, share).toFixed(1))
  return `p50 ${p50} ms, p99 ${p99} ms of ${sorted.length} commits`
}

export function passTime(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
