import type { Request } from 'express'

/**
 * True for a client that has this version already, also where a proxy has made the tag a weak one, and for one that wants none
 * of what is there (`*`). What else the client says of caches does not matter: it is answered as the newest either way.
 */
export function hasVersion(request: Request, etag: string): boolean {
  const condition = request.get('if-none-match') ?? ''
  if (condition.trim() === '*') return true
  return condition.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag)
}
