import { USER_ID_PATTERN } from '@headway/events'
import { createRemoteJWKSet, jwtVerify, type JWTPayload, type JWTVerifyOptions } from 'jose'
import { jwtSecretProblem } from './jwt-secret.ts'
import { TokenError, toTokenError } from './token-error.ts'

/** Longest token that is looked at, in bytes: what is larger is refused before any cryptography. */
export const TOKEN_MAX_BYTES = 8_192

/** How far the issuer's clock and ours may be apart, in seconds. */
export const TOKEN_LEEWAY_SECONDS = 5

/** How long a request waits for the key set, in milliseconds. */
const JWKS_TIMEOUT_MS = 5_000

/** End of the year 9999: later expiries count as this one, so that every date has a four-digit ISO form. */
const LATEST_EXPIRY_MS = 253_402_300_799_000

/** Who a token speaks for, and until when. */
export interface VerifiedToken {
  /** The `sub` claim; matches `USER_ID_PATTERN`. */
  userId: string
  expiresAt: Date
}

export interface TokenVerifier {
  /**
   * Takes a token as it came from outside, of any type.
   *
   * @throws {TokenError} with the code `unauthorized`, `token_expired`, or `unavailable` (the key set can't be had).
   */
  verify(token: unknown): Promise<VerifiedToken>
}

export interface TokenVerifierOptions {
  /** Shared secret of HS256 tokens, at least 32 bytes. Either this or `jwksUrl`. */
  jwtSecret?: string | undefined
  /** Where the public keys of RS256, ES256 or EdDSA tokens are. Either this or `jwtSecret`. */
  jwksUrl?: string | undefined
  /** Expected `iss`. Not checked where it is not set. */
  issuer?: string | undefined
  /** Expected `aud`. Not checked where it is not set. */
  audience?: string | undefined
}

/**
 * Makes the one check of tokens that REST and sockets share: pinned algorithms, a mandatory expiry, a `sub` that can
 * safely become a key and a room. Keys come from the options alone: `jwk`, `jku` and `x5u` of a token are ignored.
 *
 * @example
 * const verifier = createTokenVerifier({ jwtSecret: process.env.JWT_SECRET })
 * const { userId, expiresAt } = await verifier.verify(token)
 */
export function createTokenVerifier(options: TokenVerifierOptions): TokenVerifier {
  const verifySignature = signatureCheckOf(options)
  const checks: JWTVerifyOptions = {
    clockTolerance: TOKEN_LEEWAY_SECONDS,
    requiredClaims: ['exp', 'sub'],
    ...(options.issuer === undefined ? {} : { issuer: options.issuer }),
    ...(options.audience === undefined ? {} : { audience: options.audience }),
  }

  return {
    async verify(token) {
      const jwt = parseToken(token)
      try {
        return readClaims(await verifySignature(jwt, checks))
      } catch (error) {
        throw toTokenError(error)
      }
    },
  }
}

type VerifySignature = (jwt: string, checks: JWTVerifyOptions) => Promise<JWTPayload>

function signatureCheckOf({ jwtSecret, jwksUrl }: TokenVerifierOptions): VerifySignature {
  if (jwtSecret !== undefined && jwksUrl === undefined) return checkWithSecret(jwtSecret)
  if (jwksUrl !== undefined && jwtSecret === undefined) return checkWithKeySet(new URL(jwksUrl))
  throw new TypeError(
    'Tokens need exactly one key: set either jwtSecret (HS256) or jwksUrl (RS256, ES256, EdDSA).',
  )
}

function checkWithSecret(jwtSecret: string): VerifySignature {
  const problem = jwtSecretProblem(jwtSecret)
  if (problem) throw new TypeError(`jwtSecret ${problem}. Make one with: openssl rand -base64 48`)
  const key = new TextEncoder().encode(jwtSecret)
  const algorithms = ['HS256']
  return async (jwt, checks) => (await jwtVerify(jwt, key, { ...checks, algorithms })).payload
}

function checkWithKeySet(url: URL): VerifySignature {
  const keys = createRemoteJWKSet(url, { timeoutDuration: JWKS_TIMEOUT_MS })
  const algorithms = ['RS256', 'ES256', 'EdDSA']
  return async (jwt, checks) => (await jwtVerify(jwt, keys, { ...checks, algorithms })).payload
}

function parseToken(token: unknown): string {
  if (typeof token !== 'string' || token === '') {
    throw new TokenError(
      'unauthorized',
      'No token was given. Send a JWT as auth.token or as Authorization: Bearer.',
    )
  }
  if (Buffer.byteLength(token) > TOKEN_MAX_BYTES) {
    throw new TokenError('unauthorized', `The token is longer than ${TOKEN_MAX_BYTES} bytes.`)
  }
  return token
}

function readClaims({ sub, exp, iat }: JWTPayload): VerifiedToken {
  if (typeof sub !== 'string' || !USER_ID_PATTERN.test(sub)) {
    throw new TokenError(
      'unauthorized',
      `The token's "sub" is not a user id: it must match ${USER_ID_PATTERN.source}.`,
    )
  }
  if (typeof iat === 'number' && iat > Date.now() / 1_000 + TOKEN_LEEWAY_SECONDS) {
    throw new TokenError(
      'unauthorized',
      'The token\'s "iat" lies in the future. Check the clock of its issuer.',
    )
  }
  return { userId: sub, expiresAt: new Date(Math.min(exp! * 1_000, LATEST_EXPIRY_MS)) }
}
