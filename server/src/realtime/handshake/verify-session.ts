import { TokenError } from '../../auth/token-error.ts'
import type { TokenVerifier, VerifiedToken } from '../../auth/token-verifier.ts'

/**
 * Verifies the token that a socket is to live by. The tolerance for clocks ends here: a socket ends with its token, so
 * one that has ended would be let in to be closed at once.
 *
 * @throws TokenError
 */
export async function verifySession(verifier: TokenVerifier, token: unknown): Promise<VerifiedToken> {
  const verified = await verifier.verify(token)
  if (verified.expiresAt.getTime() > Date.now()) return verified
  throw new TokenError('token_expired', 'The token has expired. Get a new one.')
}
