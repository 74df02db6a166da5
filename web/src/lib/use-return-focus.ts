import { useEffect, useState } from 'react'

/**
 * Gives the focus back to where it was before this came, when it goes: for a dialog or a question that is there only while
 * it is open. Where that is gone too, as the row of an order that was deleted, what it was in gets it: a dialog, or the page.
 */
export function useReturnFocus(): void {
  const [before] = useState(() => document.activeElement)
  const [around] = useState(() => before?.closest('[role="dialog"]') ?? document.querySelector('main'))
  useEffect(
    () => () => {
      const target = before?.isConnected ? before : around
      if (target instanceof HTMLElement) target.focus({ preventScroll: true })
    },
    [before, around],
  )
}
