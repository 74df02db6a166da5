import { page } from './page.ts'

/** Gathers notifications, so that a thousand messages in a frame are one render. */
export interface Scheduler {
  /** Runs the task soon. Scheduled again before it ran, it runs once; what was scheduled last is never lost. */
  schedule: (task: () => void) => void
  /** Runs at once what has not run: nobody is left with what was before the end. */
  stop: () => void
}

const FRAME_MS = 16

/** Longest wait for a frame, in milliseconds: a hidden page draws none and is told all the same. */
const MAX_FRAME_WAIT_MS = 100

/** Runs tasks with the next frame of the page, or 16 ms later where nothing is drawn. */
export function frameScheduler(onError: (error: unknown) => void): Scheduler {
  const tasks = new Set<() => void>()
  let frame: number | undefined
  let timer: ReturnType<typeof setTimeout> | undefined

  const run = (): void => {
    page.cancelAnimationFrame?.(frame)
    clearTimeout(timer)
    const due = [...tasks]
    tasks.clear()
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
      if (tasks.size === 0) {
        frame = page.requestAnimationFrame?.(run)
        timer = setTimeout(run, frame ? MAX_FRAME_WAIT_MS : FRAME_MS)
      }
      tasks.add(task)
    },
    stop: run,
  }
}
