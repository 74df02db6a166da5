import { errors } from 'jose'

export type TokenErrorCode = 'unauthorized' | 'token_expired' | 'unavailable'

/** A token was refused, or could not be checked. The message is safe to show to whoever sent the token. */
export class TokenError extends Error {
  override readonly name = 'TokenError'
  readonly code: TokenErrorCode

  constructor(code: TokenErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The single place where what jose throws becomes one of our codes. */
export function toTokenError(error: unknown): TokenError {
  if (error instanceof TokenError) return error
  if (error instanceof errors.JWTExpired) {
    return new TokenError('token_expired', 'The token has expired. Get a new one.', { cause: error })
  }
  if (error instanceof errors.JWTClaimValidationFailed) {
    return new TokenError('unauthorized', `The token's "${error.claim}" was not accepted.`, { cause: error })
  }
  if (isRefusal(error)) {
    return new TokenError(
      'unauthorized',
      'The token is not valid: its form, algorithm, key or signature is wrong.',
      {
        cause: error,
      },
    )
  }
  return new TokenError('unavailable', "The token's keys can't be fetched right now. Try again shortly.", {
    cause: error,
  })
}

/** Only the key set fails with these: no answer in time, no key set in the answer, or an answer other than 200. */
const KEY_SET_FAILURES = [errors.JWKSTimeout.code, errors.JWKSInvalid.code, errors.JOSEError.code]

/** What is no error of jose comes from the fetch of the key set. */
function isRefusal(error: unknown): boolean {
  return error instanceof errors.JOSEError && !KEY_SET_FAILURES.includes(error.code)
}
