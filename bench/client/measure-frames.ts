import type { Page } from 'puppeteer'
import { SMOOTH_MS, watchFrames, type Frames } from './frames.ts'
import { forgetLatencies, latencyWords, passTime, untilRunning } from './measure-latency.ts'
import { percentile } from './percentile.ts'
import type { Stage } from './stage.ts'

const JOBS = 50
/** Each comes by two channels; with 5 text chunks and a step's messages, 20 messages per second and job. */
const PROGRESS_PER_SECOND = 6
const WARM_UP_MS = 3_000
const DURATION_MS = 20_000

/** Frames of a page that shows 50 jobs while 1,000 messages/s arrive, beside those of an empty page. */
export async function measureFrames(stage: Stage, round: number): Promise<void> {
  console.log(`round ${round}`.padEnd(44) + '  p99 frame  max frame  late frames  long tasks  main thread')
  const idle = await stage.openEmpty()
  tell('frames: an empty page', await watchFrames(idle, DURATION_MS))

  const jobIds = await stage.startJobs(JOBS, { progressPerSecond: PROGRESS_PER_SECOND, isMixed: true })
  await idle.bringToFront()
  await passTime(WARM_UP_MS)
  tell('frames: an empty page while the jobs run', await watchFrames(idle, DURATION_MS))
  await idle.close()

  for (const show of ['bars', 'panels in sight', 'panels'] as const) {
    const page = await stage.openJobs(jobIds, show)
    await untilRunning(page, JOBS)
    await passTime(WARM_UP_MS)
    await forgetLatencies(page)
    const before = await countsOf(page)
    tell(`frames: ${JOBS} jobs as ${show}`, await watchFrames(page, DURATION_MS))
    const after = await countsOf(page)
    const perSecond = (name: keyof typeof before) =>
      Math.round((after[name] - before[name]) / (DURATION_MS / 1_000))
    console.log(
      `  ${perSecond('received')} messages/s, ${perSecond('renders')} renders of a job/s, ${await latencyWords(page)}`,
    )
    await page.close()
  }
  await stage.cancelJobs(jobIds)
  console.log()
}

function countsOf(page: Page): Promise<{ received: number; renders: number }> {
  return page.evaluate(() => ({ received: globalThis.counts.received(), renders: globalThis.counts.renders }))
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`.padStart(11)
}

function tell(name: string, { gapsMs, longTasks, busyShare }: Frames): void {
  const late = gapsMs.filter((gap) => gap > SMOOTH_MS).length
  console.log(
    name.padEnd(44) +
      ms(percentile(gapsMs, 0.99)) +
      ms(gapsMs.at(-1) ?? Number.NaN) +
      `${late} of ${gapsMs.length}`.padStart(13) +
      String(longTasks).padStart(12) +
      `${(busyShare * 100).toFixed(0)} %`.padStart(13),
  )
}
