import { page } from './page.ts'

/** What the page tells about itself. */
export interface PageSignals {
  /** The network or the page came back: what was missed must be caught up now. */
  onWake: () => void
  onOffline: () => void
  /** The page may be gone next: last chance to keep something. */
  onHide: () => void
}

/** Listens to the page; returns the undoing. Outside of a browser there is nothing to hear. */
export function listenToPage({ onWake, onOffline, onHide }: PageSignals): () => void {
  const { document, window } = page
  const listening = new AbortController()
  const listen = (target: EventTarget | undefined, type: string, listener: () => void): void =>
    target?.addEventListener(type, listener, { signal: listening.signal })
  listen(document, 'visibilitychange', () => (document?.visibilityState === 'visible' ? onWake() : onHide()))
  // `resume` ends the freeze of a tab that stays visible.
  listen(document, 'resume', onWake)
  listen(window, 'pageshow', onWake)
  listen(window, 'online', onWake)
  listen(window, 'offline', onOffline)
  listen(window, 'pagehide', onHide)
  return () => listening.abort()
}

/** False only where the browser knows that it has no network, and the server is not on this machine. */
export function isOnline(url: string | undefined): boolean {
  if (page.navigator?.onLine ?? true) return true
  const { hostname } = new URL(url ?? '', page.location?.href ?? 'http://localhost')
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
