import type { IncomingHttpHeaders } from 'node:http'

/** Decides which pages may talk to this server. Used for REST and for the handshake of sockets alike. */
export interface OriginList {
  /** The listed origins; `['*']` lets every page in. */
  readonly origins: readonly string[]
  /**
   * True for a listed origin, for the page of this very host, and for a request without `Origin`: that is no browser,
   * and its token is what counts.
   */
  allows(headers: IncomingHttpHeaders): boolean
}

/**
 * Makes the exact list of origins: scheme, host and port must all be the same. No patterns, since
 * `https://good.example.evil.com` passes most of them.
 *
 * @throws {TypeError} for an entry that is not an origin.
 * @example createOriginList(['https://app.example.com']).allows(request.headers)
 */
export function createOriginList(entries: readonly string[]): OriginList {
  const origins = entries.map(parseOrigin)
  const listed = new Set(origins)
  return {
    origins,
    allows({ origin, host }) {
      if (origin === undefined || listed.has('*') || listed.has(origin)) return true
      return host !== undefined && hostOf(origin) === host.toLowerCase()
    },
  }
}

/** @throws {TypeError} naming the entry and the form that it should have. */
export function parseOrigin(entry: string): string {
  if (entry === '*') return entry
  const url = URL.canParse(entry) ? new URL(entry) : undefined
  const isOrigin = url && /^https?:$/.test(url.protocol) && `${url.origin}/` === url.href
  if (!isOrigin) {
    throw new TypeError(
      `"${entry}" is not an origin. Write scheme, host and port only, like https://app.example.com.`,
    )
  }
  return url.origin
}

/** The host and port of a well-formed http(s) origin, in the form of a `Host` header; undefined for `null` and the like. */
function hostOf(origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined
  const { protocol, host, origin: canonical } = new URL(origin)
  return /^https?:$/.test(protocol) && canonical === origin ? host : undefined
}
