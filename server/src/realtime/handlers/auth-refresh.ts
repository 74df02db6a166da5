import { z } from 'zod'
import type { TokenVerifier } from '../../auth/token-verifier.ts'
import type { TokenSession } from '../handshake/token-session.ts'
import { verifySession } from '../handshake/verify-session.ts'
import { RequestError } from '../request-error.ts'
import type { RequestHandler } from './on-request.ts'

const parameters = z.tuple([z.string()])

/** `auth:refresh`: a later end for the same user; rooms and cursors stay. */
export function createAuthRefresh(
  verifier: TokenVerifier,
  session: TokenSession,
): RequestHandler<typeof parameters, { expiresAt: string }> {
  return {
    arguments: parameters,
    async run(socket, [token], answer) {
      const { userId, expiresAt } = await verifySession(verifier, token)
      if (userId !== socket.data.userId) {
        throw new RequestError('forbidden', 'The token is of another user. Connect anew to change the user.')
      }
      session.extend(expiresAt)
      answer({ expiresAt: expiresAt.toISOString() })
    },
  }
}
