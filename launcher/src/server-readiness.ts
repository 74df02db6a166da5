const INTERVAL_MS = 100
const REQUEST_TIMEOUT_MS = 2_000

/** Resolves once `<url>/ready` answers 200: the server has its Postgres and its Redis. */
export async function untilServerReady(url: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    if (await isReady(url)) return
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS))
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) })
    await response.body?.cancel()
    return response.ok
  } catch {
    return false
  }
}
