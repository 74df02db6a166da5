import type { Request } from 'express'

/** What is searched for; nothing shows everything. */
export function searchOf(request: Request): string {
  const words = request.query['search']
  return typeof words === 'string' ? words : ''
}
