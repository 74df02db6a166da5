import { USER_ID_PATTERN } from '@headway/events'
import { describeFaults, faultsOf, PLAIN_WORDS } from '@headway/jobs'
import type { RequestHandler } from 'express'
import { SignJWT } from 'jose'
import { z } from 'zod'
import { HttpError } from './http-error.ts'

const DEFAULT_LIFETIME_SECONDS = 3_600
const MAX_LIFETIME_SECONDS = 30 * 24 * 3_600

/** What a token is asked for. */
export const devTokenBody = z.strictObject({
  userId: z
    .string()
    .regex(USER_ID_PATTERN, { error: 'must have 1 to 128 letters, digits and characters of . _ @ | : -' }),
  expiresInSeconds: z.int().min(1).max(MAX_LIFETIME_SECONDS).default(DEFAULT_LIFETIME_SECONDS),
})

export interface DevTokenOptions {
  jwtSecret: string
  issuer?: string | undefined
  audience?: string | undefined
}

/** `POST /auth/dev-token`: a token for whoever asks, so that one can try Headway alone. Of the embedded mode only. */
export function createDevToken(options: DevTokenOptions): RequestHandler {
  return async (request, response) => {
    const parsed = devTokenBody.safeParse(request.body, PLAIN_WORDS)
    if (!parsed.success) {
      const errors = faultsOf(parsed.error)
      throw new HttpError(
        'bad_request',
        `The body must have a "userId" and may have "expiresInSeconds": ${describeFaults(errors)}.`,
        { errors },
      )
    }
    const expiresAt = new Date((Math.floor(Date.now() / 1_000) + parsed.data.expiresInSeconds) * 1_000)
    const token = await sign(parsed.data.userId, expiresAt, options)
    response.set('Cache-Control', 'no-store').json({ token, expiresAt: expiresAt.toISOString() })
  }
}

function sign(
  userId: string,
  expiresAt: Date,
  { jwtSecret, issuer, audience }: DevTokenOptions,
): Promise<string> {
  const claims = new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(userId)
    .setIssuedAt()
    .setExpirationTime(expiresAt)
  if (issuer !== undefined) claims.setIssuer(issuer)
  if (audience !== undefined) claims.setAudience(audience)
  return claims.sign(new TextEncoder().encode(jwtSecret))
}
