/**
 * Gives the focus of a control that is about to be disabled, or to go, to the panel around it: without it, who works by keys or is read the page
 * begins at the top again.
 */
export function keepPlace(control: Element): void {
  panelOf(control)?.focus({ preventScroll: true })
}

/** Gives it back to a control, unless the user has gone elsewhere meanwhile. */
export function takePlace(control: HTMLElement): void {
  if (document.activeElement === panelOf(control)) control.focus()
}

function panelOf(control: Element): HTMLElement | null {
  return control.closest('[tabindex="-1"]')
}
