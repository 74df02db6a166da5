import { describe, expect, it } from 'vitest'
import { parseTokenClaims } from './token-claims.ts'

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')

function tokenOf(claims: object): string {
  return `${encode({ alg: 'HS256' })}.${encode(claims)}.signature`
}

describe('parseTokenClaims', () => {
  it('reads the user and the expiry in milliseconds', () => {
    expect(parseTokenClaims(tokenOf({ sub: 'åsa', exp: 1_800_000_000 }))).toEqual({
      userId: 'åsa',
      expiresAt: 1_800_000_000_000,
    })
  })

  it('takes a token with blanks around it, as pasted', () => {
    expect(parseTokenClaims(`  ${tokenOf({ sub: 'ada' })}\n`)).toEqual({ userId: 'ada', expiresAt: null })
  })

  it('refuses what is no JWT, and a JWT without a subject', () => {
    expect(parseTokenClaims('hello')).toBeUndefined()
    expect(parseTokenClaims('a.b.c')).toBeUndefined()
    expect(parseTokenClaims(tokenOf({ exp: 1 }))).toBeUndefined()
  })
})
