import type { Logger } from '@headway/event-log'
import type { ErrorRequestHandler, RequestHandler } from 'express'
import { HttpError } from './http-error.ts'
import { PROBLEM_CONTENT_TYPE, toProblem } from './problem.ts'
import { requestIdOf } from './request-id.ts'
import { toHttpError } from './to-http-error.ts'

/** Answers every failure with a problem; our own failures reach the log with their cause, and nobody else. */
export function problemHandler(logger: Logger): ErrorRequestHandler {
  return (thrown: unknown, request, response, next) => {
    const error = toHttpError(thrown)
    const requestId = requestIdOf(response)
    if (error.status >= 500 && error.cause !== undefined) {
      logger.error(
        { err: error.cause, requestId, method: request.method, code: error.code },
        'A request failed',
      )
    }
    if (response.headersSent) return next(thrown)
    response
      .status(error.status)
      .set({ ...error.headers, 'Cache-Control': 'no-store' })
      .type(PROBLEM_CONTENT_TYPE)
      .send(JSON.stringify(toProblem(error, requestId)))
  }
}

export const routeNotFound: RequestHandler = () => {
  throw new HttpError('not_found', 'There is nothing at this address.')
}

/** Goes last on a route: the address is right, the method is not. */
export function methodNotAllowed(...methods: string[]): RequestHandler {
  const Allow = methods.join(', ')
  return (request, response) => {
    if (request.method === 'OPTIONS') {
      response.set({ Allow }).status(204).end()
      return
    }
    throw new HttpError('bad_request', `Only ${Allow} can be used here.`, { status: 405, headers: { Allow } })
  }
}
