import { useEffect, useRef, type RefObject } from 'react'

/** Holds the newest value, so that an effect can use it without running anew for each. */
export function useNewest<TValue>(value: TValue): RefObject<TValue> {
  const newest = useRef(value)
  useEffect(() => {
    newest.current = value
  })
  return newest
}
