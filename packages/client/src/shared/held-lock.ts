/**
 * Holds a lock of the origin until its holder is gone: the browser frees it when the page or worker ends, however it
 * ends, which no timer could tell from a slow one.
 *
 * @param onRefused the browser gives no locks here: pages without an origin, such as sandboxed frames, have none
 * @returns the function that frees it; `onHeld` is not called after that
 */
export function holdLock(name: string, onHeld: () => void, onRefused: () => void = () => {}): () => void {
  let isFreed = false
  let free: (() => void) | undefined
  navigator.locks
    .request(name, () => {
      if (isFreed) return undefined
      // First, since whoever holds it may free it at once.
      const freed = new Promise<void>((resolve) => {
        free = resolve
      })
      onHeld()
      return freed
    })
    .catch(onRefused)
  return () => {
    isFreed = true
    free?.()
  }
}

/** Calls back when nobody holds the lock any more; returns the undoing. */
export function awaitLock(name: string, onFree: () => void): () => void {
  const waiting = new AbortController()
  navigator.locks
    .request(name, { signal: waiting.signal }, () => {
      if (!waiting.signal.aborted) onFree()
    })
    .catch(() => {
      // Given up: whoever gave up does not want to know.
    })
  return () => waiting.abort()
}
