/** What the page reads from a JWT: for display and timing only, the server alone decides what a token is worth. */
export interface TokenClaims {
  userId: string
  /** Milliseconds since the epoch. */
  expiresAt: number | null
}

/** Reads the claims of a JWT without checking its signature; undefined for a text that is no JWT with a subject. */
export function parseTokenClaims(token: string): TokenClaims | undefined {
  const parts = token.trim().split('.')
  const body = parts[1]
  if (parts.length !== 3 || body === undefined) return undefined
  try {
    const claims = JSON.parse(decodeBase64Url(body)) as { sub?: unknown; exp?: unknown }
    if (typeof claims.sub !== 'string' || claims.sub === '') return undefined
    return { userId: claims.sub, expiresAt: typeof claims.exp === 'number' ? claims.exp * 1_000 : null }
  } catch {
    return undefined
  }
}

function decodeBase64Url(text: string): string {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return new TextDecoder().decode(Uint8Array.from(binary, (char) => char.codePointAt(0) ?? 0))
}
