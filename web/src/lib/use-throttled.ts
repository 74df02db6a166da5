import { useEffect, useRef, useState } from 'react'

/**
 * The value as it was a moment ago, renewed at most once per interval while it changes. Unlike a deferred value it
 * is also renewed when the changes never pause.
 */
export function useThrottled<TValue>(value: TValue, intervalMs: number): TValue {
  const [shown, setShown] = useState(value)
  const newest = useRef(value)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)

  useEffect(() => {
    newest.current = value
    timer.current ??= setTimeout(() => {
      timer.current = undefined
      setShown(newest.current)
    }, intervalMs)
  }, [value, intervalMs])

  useEffect(
    () => () => {
      clearTimeout(timer.current)
      timer.current = undefined
    },
    [],
  )
  return shown
}
