/** Longest delay that a timer takes; a longer one fires at once. */
const MAX_TIMER_MS = 2_147_483_647

/**
 * Calls back at a time, however far away it is; a time that is over is now.
 *
 * @returns the function that calls it off
 */
export function callAt(timeMs: number, action: () => void): () => void {
  let timer: NodeJS.Timeout
  const wait = (leftMs: number): void => {
    const stepMs = Math.min(leftMs, MAX_TIMER_MS)
    timer = setTimeout(() => (leftMs > stepMs ? wait(leftMs - stepMs) : action()), stepMs)
  }
  wait(Math.max(0, timeMs - Date.now()))
  return () => clearTimeout(timer)
}
