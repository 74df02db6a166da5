import { isIP } from 'node:net'
import type { RequestHandler } from 'express'
import type { OriginList } from '../auth/origins.ts'
import { HttpError } from './http-error.ts'

/**
 * Stops pages that make their own name resolve to this machine: to the browser they are then of this very host. They
 * always come by a name, so a page that came by an address, by `localhost` or from a listed origin is let in.
 */
export function refuseRebinding(origins: OriginList): RequestHandler {
  return ({ headers: { origin, host = '' } }, _response, next) => {
    const isTrusted = origin === undefined || isLocalOrAddress(host) || origins.origins.includes(origin)
    if (isTrusted) return next()
    throw new HttpError(
      'forbidden',
      'Open the console by localhost or by an IP address, or list its origin in CORS_ORIGINS.',
    )
  }
}

function isLocalOrAddress(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase()
  return name === 'localhost' || name.endsWith('.localhost') || isIP(name.replace(/^\[(.*)\]$/, '$1')) !== 0
}
