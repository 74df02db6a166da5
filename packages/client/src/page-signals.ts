import { page } from './page.ts'

/** What the page tells about itself. */
export interface PageSignals {
  /** The network or the page came back: what was missed must be caught up now. */
  onWake: () => void
  /** The page may be gone next: last chance to keep something. */
  onHide: () => void
}

/** Listens to the page; returns the undoing. Outside of a browser there is nothing to hear. */
export function listenToPage({ onWake, onHide }: PageSignals): () => void {
  const { document, window } = page
  const listening = new AbortController()
  const { signal } = listening
  const onVisibility = (): void => (document?.visibilityState === 'visible' ? onWake() : onHide())
  document?.addEventListener('visibilitychange', onVisibility, { signal })
  // `resume` ends the freeze of a tab that stays visible.
  document?.addEventListener('resume', onWake, { signal })
  window?.addEventListener('pageshow', onWake, { signal })
  window?.addEventListener('online', onWake, { signal })
  window?.addEventListener('pagehide', onHide, { signal })
  return () => listening.abort()
}

/** False only where the browser knows that it has no network, and the server is not on this machine. */
export function isOnline(url: string | undefined): boolean {
  if (page.navigator?.onLine ?? true) return true
  const { hostname } = new URL(url ?? '', page.location?.href)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}
