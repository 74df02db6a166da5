const INTERVAL_MS = 1_000

/**
 * Calls `onEnd` when the npm that started us has ended, and nobody can stop us any more. The scripts of package.json begin
 * with `exec`, so that no shell stands between npm and us, which would keep a signal to itself.
 *
 * @param {() => void} onEnd
 * @returns {() => void} ends the watch
 */
export function watchParent(onEnd) {
  if (!process.env.npm_lifecycle_event) return () => {}
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    onEnd()
  }, INTERVAL_MS)
  timer.unref()
  return () => clearInterval(timer)
}
