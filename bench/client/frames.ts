import type { Page } from 'puppeteer'

/** How a page kept up with the screen for a while. */
export interface Frames {
  /** Time between one frame and the next, in milliseconds, smallest first. */
  readonly gapsMs: readonly number[]
  /** Tasks of the page that took longer than 50 ms. */
  readonly longTasks: number
  /** Time that the page's main thread worked, as a share of the time that passed. */
  readonly busyShare: number
}

/** Longest time between two frames that nobody sees as a stutter: one frame of sixty in a second was left out. */
export const SMOOTH_MS = 33.4

/** Watches a page's frames for so long. */
export async function watchFrames(page: Page, durationMs: number): Promise<Frames> {
  const before = await page.metrics()
  const { gapsMs, longTasks } = await page.evaluate(recordFrames, durationMs)
  const after = await page.metrics()
  const busy = (after.TaskDuration ?? 0) - (before.TaskDuration ?? 0)
  const passed = (after.Timestamp ?? 0) - (before.Timestamp ?? 0)
  return { gapsMs: gapsMs.toSorted((a, b) => a - b), longTasks, busyShare: busy / passed }
}

/** Runs in the page. */
async function recordFrames(durationMs: number): Promise<{ gapsMs: number[]; longTasks: number }> {
  let longTasks = 0
  const observer = new PerformanceObserver((entries) => (longTasks += entries.getEntries().length))
  observer.observe({ type: 'longtask' })
  const gapsMs: number[] = []
  await new Promise<void>((resolve) => {
    let last = performance.now()
    const end = last + durationMs
    // Not the frame's own time: that of a late frame says when it should have been.
    const onFrame = (): void => {
      const now = performance.now()
      gapsMs.push(now - last)
      last = now
      if (now < end) requestAnimationFrame(onFrame)
      else resolve()
    }
    requestAnimationFrame(onFrame)
  })
  observer.disconnect()
  return { gapsMs, longTasks }
}
