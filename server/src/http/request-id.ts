import { randomUUID } from 'node:crypto'
import type { RequestHandler, Response } from 'express'

/** What is accepted from a client or a proxy: it is repeated in headers, bodies and logs. */
const REQUEST_ID_PATTERN = /^[A-Za-z0-9_-]{8,64}$/

/** Gives every request a name: the one in `X-Request-Id`, or a new one. The answer repeats it. */
export const assignRequestId: RequestHandler = (request, response, next) => {
  if (requestIdOf(response) === undefined) {
    const given = request.get('x-request-id')
    const requestId = given !== undefined && REQUEST_ID_PATTERN.test(given) ? given : randomUUID()
    response.locals['requestId'] = requestId
    response.set('X-Request-Id', requestId)
  }
  next()
}

export function requestIdOf(response: Response): string | undefined {
  return response.locals['requestId'] as string | undefined
}
