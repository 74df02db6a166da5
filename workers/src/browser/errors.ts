/** No browser can be launched on this machine; operations that need one are shown as unavailable with this message. */
export class ChromiumNotFoundError extends Error {
  override readonly name = 'ChromiumNotFoundError'
  readonly code = 'unavailable'
}

/** The pool was closed, or no browser could be started, before a lease could be given: worth another attempt elsewhere. */
export class BrowserUnavailableError extends Error {
  override readonly name = 'BrowserUnavailableError'
  readonly code = 'unavailable'
}

/** All contexts were in use for as long as the caller may wait. Nothing has failed: the same job may go ahead later or elsewhere. */
export class BrowserBusyError extends Error {
  override readonly name = 'BrowserBusyError'
  readonly code = 'browser_busy'
}

/** A browser or a page crashed or hung, and took a lease along. Another attempt gets another browser. */
export class BrowserCrashedError extends Error {
  override readonly name = 'BrowserCrashedError'
  readonly code = 'browser_crashed'
}

/** A lease was not given back by its deadline, and was taken back. */
export class BrowserLeaseExpiredError extends Error {
  override readonly name = 'BrowserLeaseExpiredError'
  readonly code = 'browser_lease_expired'
}
