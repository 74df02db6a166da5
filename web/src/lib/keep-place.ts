import { useLayoutEffect, type RefObject } from 'react'

/**
 * Gives the focus of a control that is about to be disabled, or to go, to the heading of the page: without it, who works
 * by keys or is read the page begins at its top again.
 */
export function keepPlace(): void {
  placeToKeep()?.focus({ preventScroll: true })
}

/** Gives it back to a control, unless the user has gone elsewhere meanwhile. */
export function takePlace(control: HTMLElement | null | undefined): void {
  if (document.activeElement === placeToKeep()) control?.focus({ preventScroll: true })
}

/** Keeps the place of a part of the page that goes with the focus in it. */
export function usePlaceKept(ref: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const element = ref.current
    return () => {
      if (element?.contains(document.activeElement) === true) keepPlace()
    }
  }, [ref])
}

function placeToKeep(): HTMLElement | null {
  return (
    document.querySelector<HTMLElement>('#content h1[tabindex]') ??
    document.querySelector<HTMLElement>('#content')
  )
}
