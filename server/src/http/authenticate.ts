import type { Request, RequestHandler, Response } from 'express'
import type { TokenVerifier } from '../auth/token-verifier.ts'

export interface AuthenticateOptions {
  /** Also takes `?token=`, for what a browser fetches by itself: the `src` of a picture, a download. */
  isQueryAllowed?: boolean
}

/** Lets a request pass whose token names a user; everything else is a 401. */
export function authenticate(
  verifier: TokenVerifier,
  { isQueryAllowed = false }: AuthenticateOptions = {},
): RequestHandler {
  return async (request, response, next) => {
    const token = bearerOf(request) ?? (isQueryAllowed ? request.query['token'] : undefined)
    const { userId } = await verifier.verify(token)
    response.locals['userId'] = userId
    response.vary('Authorization')
    next()
  }
}

/** The user of a request that {@link authenticate} let pass. */
export function userIdOf(response: Response): string {
  const userId: unknown = response.locals['userId']
  if (typeof userId !== 'string') throw new Error('The route asks for a user but does not authenticate.')
  return userId
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1]
}
