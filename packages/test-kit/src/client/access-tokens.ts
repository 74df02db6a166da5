import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { USER_ID_PATTERN } from '@headway/events'
import { RequestError } from './request-error.ts'

export interface VerifiedToken {
  userId: string
  expiresAt: Date
}

interface Claims {
  sub: string
  /** Number of the token: the later one has the larger. */
  jti: number
  iat: number
  exp: number
}

/** Signs and checks the tokens of one fake server: real JWTs, which no other server takes. */
export class AccessTokens {
  readonly #secret = randomBytes(32)
  /** Number of the last token that was ended by {@link expire}, per user. */
  readonly #expired = new Map<string, number>()
  #issued = 0

  issue(userId: string, expiresInSeconds: number): string {
    if (!USER_ID_PATTERN.test(userId)) {
      throw new RangeError(`${JSON.stringify(userId)} is no user id. It must match ${USER_ID_PATTERN}.`)
    }
    const iat = Math.floor(Date.now() / 1_000)
    const claims: Claims = { sub: userId, jti: (this.#issued += 1), iat, exp: iat + expiresInSeconds }
    const signed = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`
    return `${signed}.${this.#sign(signed).toString('base64url')}`
  }

  /** @throws RequestError `unauthorized` or `token_expired` */
  verify(token: unknown): VerifiedToken {
    const { sub, jti, exp } = this.#read(token)
    const expiresAt = new Date(exp * 1_000)
    if (jti <= (this.#expired.get(sub) ?? 0) || expiresAt.getTime() <= Date.now()) {
      throw new RequestError('token_expired', 'The token has expired. Get a new one.')
    }
    return { userId: sub, expiresAt }
  }

  /** Ends all tokens that a user has so far. */
  expire(userId: string): void {
    this.#expired.set(userId, this.#issued)
  }

  #read(token: unknown): Claims {
    const [header = '', claims = '', signature = ''] = typeof token === 'string' ? token.split('.') : []
    const expected = this.#sign(`${header}.${claims}`)
    const given = Buffer.from(signature, 'base64url')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      throw new RequestError('unauthorized', "The token is not one of this server's `tokenFor`.")
    }
    return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Claims
  }

  #sign(text: string): Buffer {
    return createHmac('sha256', this.#secret).update(text).digest()
  }
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
