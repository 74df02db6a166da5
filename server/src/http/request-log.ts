import type { Logger } from '@headway/event-log'
import type { RequestHandler } from 'express'
import { requestIdOf } from './request-id.ts'

/** Asked for every few seconds by whoever watches the process; a line for each would hide the others. */
const QUIET_PATHS = new Set(['/health', '/ready', '/metrics'])

/** One line per request when its answer has ended. The path alone: a query may hold a token, a body anything. */
export function logRequests(logger: Logger): RequestHandler {
  return (request, response, next) => {
    const startedAt = performance.now()
    response.once('close', () => {
      const level = QUIET_PATHS.has(request.path) || response.statusCode < 400 ? 'debug' : 'info'
      logger[level](
        {
          requestId: requestIdOf(response),
          method: request.method,
          url: request.originalUrl.split('?', 1)[0],
          status: response.statusCode,
          isFinished: response.writableFinished,
          durationMs: Math.round(performance.now() - startedAt),
          userId: response.locals['userId'] as string | undefined,
        },
        'request',
      )
    })
    next()
  }
}
