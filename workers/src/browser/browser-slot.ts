import type { PooledBrowser } from './pooled-browser.ts'

/** One of the pool's browsers, from the moment that it is decided to start it. */
export interface BrowserSlot {
  browser: Promise<PooledBrowser>
  /** Once it is started. */
  started: PooledBrowser | undefined
  /** Contexts in use or being made. */
  active: number
  /** Contexts handed out since the start. */
  leases: number
  /** Takes no further lease, and is closed after the last one. */
  isRetired: boolean
}

export interface PoolSize {
  maxBrowsers: number
  contextsPerBrowser: number
}

/**
 * Decides who serves the next lease: the browser with the fewest contexts, unless it is busy and there is room for another
 * browser. Undefined where one is to be started.
 */
export function chooseSlot<TSlot extends Pick<BrowserSlot, 'active' | 'isRetired'>>(
  slots: Iterable<TSlot>,
  { maxBrowsers, contextsPerBrowser }: PoolSize,
): TSlot | undefined {
  const serving = [...slots].filter(({ isRetired }) => !isRetired)
  const emptiest = serving
    .filter(({ active }) => active < contextsPerBrowser)
    .toSorted((a, b) => a.active - b.active)[0]
  if (emptiest && emptiest.active > 0 && serving.length < maxBrowsers) return undefined
  return emptiest
}
