import { page } from './page.ts'

/** Gathers notifications, so that a thousand messages in a frame are one render. */
export interface Scheduler {
  /** Runs the task soon. Scheduled again before it ran, it runs once; what was scheduled last is never lost. */
  schedule: (task: () => void) => void
  /** Forgets what has not run. */
  stop: () => void
}

const FRAME_MS = 16

/** Longest wait for a frame, in milliseconds: a hidden page draws none and is told all the same. */
const MAX_FRAME_WAIT_MS = 100

/** Runs tasks with the next frame of the page, or 16 ms later where nothing is drawn. */
export function frameScheduler(onError: (error: unknown) => void): Scheduler {
  const tasks = new Set<() => void>()
  let cancelFrame: (() => void) | undefined

  const stop = (): void => {
    cancelFrame?.()
    cancelFrame = undefined
    tasks.clear()
  }
  const run = (): void => {
    const due = [...tasks]
    stop()
    for (const task of due) {
      try {
        task()
      } catch (error) {
        onError(error)
      }
    }
  }
  return {
    schedule: (task) => {
      tasks.add(task)
      cancelFrame ??= requestFrame(run)
    },
    stop,
  }
}

function requestFrame(run: () => void): () => void {
  const frame = page.requestAnimationFrame?.(run)
  const timer = setTimeout(run, frame === undefined ? FRAME_MS : MAX_FRAME_WAIT_MS)
  return () => {
    if (frame !== undefined) page.cancelAnimationFrame?.(frame)
    clearTimeout(timer)
  }
}
