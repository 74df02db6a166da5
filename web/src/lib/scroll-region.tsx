import type { ReactNode, RefObject } from 'react'

interface ScrollRegionProps {
  label: string
  className: string
  scrollRef?: RefObject<HTMLElement | null>
  children: ReactNode
}

/** A part of the page that scrolls by itself, by keyboard too. */
export function ScrollRegion({ label, className, scrollRef, children }: ScrollRegionProps) {
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard
    <section className={className} aria-label={label} tabIndex={0} ref={scrollRef}>
      {children}
    </section>
  )
}
