/**
 * Waits for a promise, or for the signal. What a browser was asked for is not always answered when its context is closed in the
 * middle of it, and an operation that waits for that would not hear that it is to stop.
 */
export async function untilAborted<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  // Nobody listens any more when it fails after the abort.
  promise.catch(() => undefined)
  signal.throwIfAborted()
  const over = new AbortController()
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), {
      once: true,
      signal: over.signal,
    })
  })
  try {
    return await Promise.race([promise, aborted])
  } finally {
    over.abort()
  }
}
