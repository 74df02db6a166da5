import type { BrowserSlot } from './browser-slot.ts'

export interface PoolSize {
  /** Browsers that take leases. */
  maxBrowsers: number
  contextsPerBrowser: number
}

type Occupancy = Pick<BrowserSlot, 'active' | 'isRetired'>

/**
 * Decides who serves the next lease: the browser with the fewest contexts; another one is started while all that serve are busy
 * and there is room for it. `full` where the lease has to wait.
 *
 * A retired browser that waits for its last leases does not count as one of `maxBrowsers`, so that one long job does not halve
 * the pool; but its contexts do count, and there are never more than twice `maxBrowsers` in all.
 *
 * @param slots all browsers that have not ended, those that are closing included
 */
export function choosePlace<TSlot extends Occupancy>(
  slots: Iterable<TSlot>,
  { maxBrowsers, contextsPerBrowser }: PoolSize,
): TSlot | 'start' | 'full' {
  const all = [...slots]
  const inUse = all.reduce((sum, { active }) => sum + active, 0)
  if (inUse >= maxBrowsers * contextsPerBrowser) return 'full'
  const serving = all.filter(({ isRetired }) => !isRetired)
  const emptiest = serving
    .filter(({ active }) => active < contextsPerBrowser)
    .toSorted((a, b) => a.active - b.active)[0]
  const hasRoom = serving.length < maxBrowsers && all.length < 2 * maxBrowsers
  if (hasRoom && (emptiest === undefined || emptiest.active > 0)) return 'start'
  return emptiest ?? 'full'
}
