import type { Request, RequestHandler, Response } from 'express'
import type { TokenVerifier } from '../auth/token-verifier.ts'
import { verifySession } from '../realtime/handshake/verify-session.ts'

export interface AuthenticateOptions {
  /** Also takes `?token=`, for what a browser fetches by itself: the `src` of a picture, a download. */
  isQueryAllowed?: boolean
  /** For an answer that ends with its token: the tolerance for clocks does not let one begin that has ended. */
  isSession?: boolean
}

/** Lets a request pass whose token names a user; everything else is a 401. */
export function authenticate(
  verifier: TokenVerifier,
  { isQueryAllowed = false, isSession = false }: AuthenticateOptions = {},
): RequestHandler {
  return async (request, response, next) => {
    const token = bearerOf(request) ?? (isQueryAllowed ? request.query['token'] : undefined)
    const { userId, expiresAt } = await (isSession ? verifySession(verifier, token) : verifier.verify(token))
    Object.assign(response.locals, { userId, expiresAt })
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

/** When the token of a request ends that {@link authenticate} let pass. */
export function expiresAtOf(response: Response): Date {
  const expiresAt: unknown = response.locals['expiresAt']
  if (!(expiresAt instanceof Date)) throw new Error('The route asks for a token and does not authenticate.')
  return expiresAt
}

function bearerOf(request: Request): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(request.get('authorization') ?? '')?.[1]
}
