import { memo, useEffect, useRef, type CSSProperties, type ReactElement } from 'react'
import type { Look } from './look.ts'
import { textPieces } from './text-pieces.ts'

interface StreamingTextProps {
  text: string
  look: Look
}

/** How far from its end a text may be scrolled and still be kept there, in pixels. */
const END_PX = 24

/** A height of its own, which is observed, and lines of its own, which are not laid out again for others. */
const BLOCK = { display: 'block' } as const satisfies CSSProperties

/** The text of a job as it grows. It stays at its end unless it was scrolled up; it is not read out while it grows. */
export const StreamingText = memo(function StreamingText({
  text,
  look: { texts, part },
}: StreamingTextProps): ReactElement {
  const box = useRef<HTMLPreElement>(null)
  const content = useRef<HTMLSpanElement>(null)
  const isAtEnd = useRef(true)
  const lastTop = useRef(0)
  useEffect(() => {
    // Tests of applications often run where there is none.
    if (!('ResizeObserver' in globalThis)) return undefined
    // Told after the layout of a frame, and only of what is in sight: asking for the height makes the page lay itself out.
    const observer = new ResizeObserver(() => {
      if (!box.current || !isAtEnd.current) return
      box.current.scrollTop = box.current.scrollHeight
      lastTop.current = box.current.scrollTop
    })
    if (content.current) observer.observe(content.current)
    return () => observer.disconnect()
  }, [])
  return (
    <section className={part('section')} aria-label={texts.output}>
      <p className={part('section-title')} aria-hidden="true">
        {texts.output}
      </p>
      <pre
        ref={box}
        className={part('text')}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- who has no mouse scrolls it by keys
        tabIndex={0}
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          // Told a frame late, when the text may have grown again: only who went up has left its end.
          const hasLeft = scrollTop < lastTop.current || !isAtEnd.current
          isAtEnd.current = !hasLeft || scrollHeight - scrollTop - clientHeight < END_PX
          lastTop.current = scrollTop
        }}
      >
        <span ref={content} style={BLOCK}>
          {textPieces(text).map((piece, index) => (
            // oxlint-disable-next-line react/no-array-index-key -- the text grows at its end
            <span key={index} style={BLOCK}>
              {piece}
            </span>
          ))}
        </span>
      </pre>
    </section>
  )
})
