import type { RequestHandler } from 'express'
import type { OriginList } from '../auth/origins.ts'

const METHODS = 'GET, HEAD, POST, PATCH, DELETE'
const REQUEST_HEADERS =
  'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Range, X-Client-Id, X-Request-Id'
const RESPONSE_HEADERS =
  'Accept-Ranges, Content-Disposition, Content-Range, Location, Retry-After, X-Request-Id'
const PREFLIGHT_MAX_AGE_SECONDS = '600'

/**
 * Tells browsers which pages may read our answers. A page that is not listed gets no permission, which is all there is
 * to do: tokens are sent by the page itself, never by the browser, so no request does anything in a user's name.
 */
export function crossOrigin(origins: OriginList): RequestHandler {
  return (request, response, next) => {
    response.vary('Origin')
    const { origin } = request.headers
    const isPreflight =
      request.method === 'OPTIONS' && request.headers['access-control-request-method'] !== undefined
    if (origin !== undefined && origins.allows(request.headers)) {
      response.set({
        'Access-Control-Allow-Origin': origin,
        'Access-Control-Expose-Headers': RESPONSE_HEADERS,
      })
      if (isPreflight) {
        response.set({
          'Access-Control-Allow-Methods': METHODS,
          'Access-Control-Allow-Headers': REQUEST_HEADERS,
          'Access-Control-Max-Age': PREFLIGHT_MAX_AGE_SECONDS,
        })
      }
    }
    if (isPreflight) response.status(204).end()
    else next()
  }
}
