import { setTimeout as delay } from 'node:timers/promises'

/** Waits for a promise, but no longer than `timeoutMs`. */
export async function withinTime(promise: Promise<unknown> | undefined, timeoutMs: number): Promise<void> {
  const over = new AbortController()
  const timeout = delay(timeoutMs, undefined, { signal: over.signal }).catch(() => undefined)
  await Promise.race([promise, timeout])
  over.abort()
}
