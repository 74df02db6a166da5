/** What the page tells about itself. */
export interface PageSignals {
  /** The network or the page came back: what was missed must be caught up now. */
  onWake: () => void
  onOffline: () => void
  /** The page may be gone next: last chance to keep something. */
  onHide: () => void
}

/** Listens to the page; returns the undoing. Outside of a browser there is nothing to hear. */
export function listenToPage(signals: PageSignals): () => void {
  if (typeof window === 'undefined' || typeof document === 'undefined') return () => {}
  const listening = new AbortController()
  const options = { signal: listening.signal }
  const onVisibility = (): void =>
    document.visibilityState === 'visible' ? signals.onWake() : signals.onHide()
  document.addEventListener('visibilitychange', onVisibility, options)
  // `resume` ends the freeze of a tab that stays visible.
  document.addEventListener('resume', signals.onWake, options)
  window.addEventListener('pageshow', signals.onWake, options)
  window.addEventListener('online', signals.onWake, options)
  window.addEventListener('offline', signals.onOffline, options)
  window.addEventListener('pagehide', signals.onHide, options)
  return () => listening.abort()
}

/** False only where the browser knows that it has no network, and the server is not on this machine. */
export function isOnline(url: string | undefined): boolean {
  // Node has a navigator that knows nothing of networks.
  const isOnLine: boolean | undefined = globalThis.navigator?.onLine
  if (isOnLine ?? true) return true
  const { hostname } = new URL(url ?? '', globalThis.location?.href ?? 'http://localhost')
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
