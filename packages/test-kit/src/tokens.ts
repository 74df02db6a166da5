import { SignJWT } from 'jose'

/** Long enough for HS256, and secret from nobody. */
export const TEST_JWT_SECRET = 'a secret for tests only, at least thirty-two bytes long'

export interface TokenOptions {
  readonly userId: string
  /** @default TEST_JWT_SECRET */
  readonly secret?: string
  /** Negative for a token that has expired already. @default 3600 */
  readonly expiresInSeconds?: number
  readonly issuer?: string
  readonly audience?: string
}

/** A token as an application would hand it to its user: HS256, `sub` is the user id. */
export function signToken(options: TokenOptions): Promise<string> {
  const { userId, secret = TEST_JWT_SECRET, expiresInSeconds = 3_600, issuer, audience } = options
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const token = new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt(nowSeconds)
    .setExpirationTime(nowSeconds + expiresInSeconds)
  if (issuer !== undefined) token.setIssuer(issuer)
  if (audience !== undefined) token.setAudience(audience)
  return token.sign(new TextEncoder().encode(secret))
}
