/**
 * Origin of the server as the application's bundler was told: `VITE_HEADWAY_URL`, or `NEXT_PUBLIC_HEADWAY_URL` where the
 * bundler writes `process.env` into the code. Undefined means the page's own origin.
 */
export function bundledUrl(): string | undefined {
  // Written out to the letter: it is the text that bundlers replace.
  const url = (import.meta as { env?: { VITE_HEADWAY_URL?: string } }).env?.VITE_HEADWAY_URL
  return url || processUrl() || undefined
}

function processUrl(): string | undefined {
  try {
    return (process.env as { NEXT_PUBLIC_HEADWAY_URL?: string }).NEXT_PUBLIC_HEADWAY_URL
  } catch {
    // A page has no `process`, unless its bundler replaced the whole of it.
    return undefined
  }
}
