import { useCallback, useSyncExternalStore } from 'react'

/**
 * The time in whole intervals, renewed with each while `isRunning`; milliseconds since the epoch. Components with the
 * same interval tick together.
 */
export function useNow(intervalMs: number, isRunning = true): number {
  const subscribe = useCallback(
    (onTick: () => void) => {
      const timer = isRunning ? setInterval(onTick, intervalMs) : undefined
      return () => clearInterval(timer)
    },
    [intervalMs, isRunning],
  )
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / intervalMs) * intervalMs)
}
