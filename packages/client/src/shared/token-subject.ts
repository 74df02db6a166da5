/**
 * The user whom a token names, without a look at its signature: good for choosing a connection, not for trusting
 * anybody. Undefined for what is not a JWT with a subject.
 */
export function tokenSubject(token: string): string | undefined {
  try {
    const payload = (token.split('.')[1] ?? '').replaceAll('-', '+').replaceAll('_', '/')
    const bytes = Uint8Array.from(atob(payload), (char) => char.charCodeAt(0))
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as { sub?: unknown } | null
    return typeof claims?.sub === 'string' ? claims.sub : undefined
  } catch {
    return undefined
  }
}
