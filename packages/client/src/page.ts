/** What a browser offers to this package. Elsewhere, in Node or in a worker, some or all of it is missing. */
interface Page {
  readonly document?: EventTarget & { readonly visibilityState: string }
  readonly window?: EventTarget
  readonly navigator?: { readonly onLine?: boolean }
  readonly location?: { readonly href: string }
  readonly requestAnimationFrame?: (run: () => void) => number
  readonly cancelAnimationFrame?: (frame: number | undefined) => void
  readonly reportError?: (error: unknown) => void
}

export const page = globalThis as Page
