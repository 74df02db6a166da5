import { useCallback, useEffect, useRef, useState, type RefObject } from 'react'

/** As close to the end as this counts as "at the end", in pixels. */
const END_ZONE = 24

export interface StickToEnd<TContent extends HTMLElement> {
  scrollRef: RefObject<HTMLElement | null>
  contentRef: RefObject<TContent | null>
  /** The reader is at the end, and stays there while the content grows. */
  isAtEnd: boolean
  scrollToEnd: () => void
}

/**
 * Keeps a scrolled area at its end while its content grows, until the reader scrolls up; back at the end, it sticks
 * again.
 *
 * @param isInitiallyAtEnd false for content that is complete: it is read from its beginning
 */
export function useStickToEnd<TContent extends HTMLElement = HTMLOListElement>(
  isInitiallyAtEnd: boolean,
): StickToEnd<TContent> {
  const scrollRef = useRef<HTMLElement>(null)
  const contentRef = useRef<TContent>(null)
  const isSticking = useRef(isInitiallyAtEnd)
  const [isAtEnd, setIsAtEnd] = useState(true)

  const scrollToEnd = useCallback(() => {
    const area = scrollRef.current
    isSticking.current = true
    setIsAtEnd(true)
    if (area !== null) area.scrollTop = area.scrollHeight
  }, [])

  useEffect(() => {
    const area = scrollRef.current
    const content = contentRef.current
    if (area === null || content === null) return undefined
    let lastTop = area.scrollTop

    const isNearEnd = () => area.scrollHeight - area.scrollTop - area.clientHeight < END_ZONE
    const onScroll = () => {
      // Growing content moves the end away too, but only a reader moves up.
      if (isNearEnd()) isSticking.current = true
      else if (area.scrollTop < lastTop) isSticking.current = false
      lastTop = area.scrollTop
      setIsAtEnd(isSticking.current || isNearEnd())
    }
    const resized = new ResizeObserver(() => {
      if (isSticking.current) area.scrollTop = area.scrollHeight
      setIsAtEnd(isSticking.current || isNearEnd())
    })
    area.addEventListener('scroll', onScroll, { passive: true })
    resized.observe(content)
    return () => {
      area.removeEventListener('scroll', onScroll)
      resized.disconnect()
    }
  }, [])

  return { scrollRef, contentRef, isAtEnd, scrollToEnd }
}
