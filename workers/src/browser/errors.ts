/** No browser can be launched on this machine; operations that need one are shown as unavailable with this message. */
export class ChromiumNotFoundError extends Error {
  override readonly name = 'ChromiumNotFoundError'
  readonly code = 'unavailable'
}

/** The pool was closed, or the browser went away, before a lease could be given: worth another attempt elsewhere. */
export class BrowserUnavailableError extends Error {
  override readonly name = 'BrowserUnavailableError'
  readonly code = 'unavailable'
}
