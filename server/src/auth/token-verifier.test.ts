import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  SignJWT,
  UnsecuredJWT,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWK,
  type JWTPayload,
} from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TokenError } from './token-error.ts'
import { createTokenVerifier } from './token-verifier.ts'

const jwtSecret = 'kN4v!q8Zr2Lx7Wc0Tb5Ym9Hd3Gf6Js1P'
const verifier = createTokenVerifier({ jwtSecret })
const nowSeconds = () => Math.floor(Date.now() / 1_000)

function sign(claims: JWTPayload, { header = {}, secret = jwtSecret } = {}): Promise<string> {
  return new SignJWT({ sub: 'anna', exp: nowSeconds() + 60, ...claims })
    .setProtectedHeader({ alg: 'HS256', ...header })
    .sign(new TextEncoder().encode(secret))
}

function codeOf(token: unknown, by = verifier): Promise<string> {
  return by.verify(token).then(
    ({ userId }) => `accepted ${userId}`,
    (error: unknown) => (error instanceof TokenError ? error.code : `threw ${String(error)}`),
  )
}

function segment(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

describe('with a secret', () => {
  it('names the user and the expiry', async () => {
    const exp = nowSeconds() + 60
    expect(await verifier.verify(await sign({ exp }))).toEqual({
      userId: 'anna',
      expiresAt: new Date(exp * 1_000),
    })
  })

  it.each([undefined, null, '', 0, {}, [], ['a.b.c'], 'x', 'a.b.c', '..', 'é.é.é', 'x'.repeat(900_000)])(
    'refuses what is no token: %s',
    async (token) => expect(await codeOf(token)).toBe('unauthorized'),
  )

  it.each(['none', 'None', 'nOnE', ''])('refuses an unsigned token with alg "%s"', async (alg) => {
    const claims = segment({ sub: 'anna', exp: nowSeconds() + 60 })
    expect(await codeOf(`${segment({ alg })}.${claims}.`)).toBe('unauthorized')
    expect(await codeOf(new UnsecuredJWT({ sub: 'anna' }).setExpirationTime('1h').encode())).toBe(
      'unauthorized',
    )
  })

  it('refuses an empty or foreign signature and another algorithm of the same family', async () => {
    const token = await sign({})
    expect(await codeOf(`${token.split('.').slice(0, 2).join('.')}.`)).toBe('unauthorized')
    expect(await codeOf(await sign({}, { secret: `${jwtSecret}x` }))).toBe('unauthorized')
    expect(await codeOf(await sign({}, { header: { alg: 'HS512' }, secret: jwtSecret.repeat(2) }))).toBe(
      'unauthorized',
    )
  })

  it('never calls where a header of the token points', async () => {
    let calls = 0
    const lure = createServer((_, response) => {
      calls++
      response.end('{"keys":[]}')
    }).listen(0, '127.0.0.1')
    await new Promise((resolve) => lure.once('listening', resolve))
    const url = `http://127.0.0.1:${(lure.address() as AddressInfo).port}/keys`
    const jwk = { kty: 'oct', k: Buffer.from('attacker'.repeat(8)).toString('base64url') }
    const token = await sign({}, { header: { jku: url, x5u: url, jwk }, secret: 'attacker'.repeat(8) })
    expect(await codeOf(token)).toBe('unauthorized')
    expect(calls).toBe(0)
    lure.close()
  })

  it.each([
    ['expired', { exp: nowSeconds() - 60 }, 'token_expired'],
    ['expired within the leeway', { exp: nowSeconds() - 2 }, 'accepted anna'],
    ['not valid yet', { nbf: nowSeconds() + 600 }, 'unauthorized'],
    ['issued in the future', { iat: nowSeconds() + 600 }, 'unauthorized'],
    ['without exp', { exp: undefined }, 'unauthorized'],
    ['with a text as exp', { exp: 'tomorrow' as unknown as number }, 'unauthorized'],
    ['without sub', { sub: undefined }, 'unauthorized'],
    ['with a number as sub', { sub: 7 as unknown as string }, 'unauthorized'],
    ['with an object as sub', { sub: { a: 1 } as unknown as string }, 'unauthorized'],
    ['with an empty sub', { sub: '' }, 'unauthorized'],
    ['with a space in sub', { sub: 'a b' }, 'unauthorized'],
    ['with # in sub', { sub: 'a#b' }, 'unauthorized'],
    ['with a hash tag in sub', { sub: '{a}' }, 'unauthorized'],
    ['with a line break after sub', { sub: 'anna\n' }, 'unauthorized'],
    ['with a sub that is too long', { sub: 'a'.repeat(129) }, 'unauthorized'],
    [
      'with every kind of character that is let in',
      { sub: 'auth0|a_B-9.x@y:z' },
      'accepted auth0|a_B-9.x@y:z',
    ],
  ] as const)('a token %s', async (_, claims, expected) => {
    expect(await codeOf(await sign(claims as JWTPayload))).toBe(expected)
  })

  it.each([4_102_444_800, 9e15])('accepts the distant expiry %d as a valid date', async (exp) => {
    const { expiresAt } = await verifier.verify(await sign({ exp }))
    expect(expiresAt.toISOString()).toMatch(/^\d{4}-/)
    expect(expiresAt.getTime()).toBeGreaterThanOrEqual(4_102_444_800_000)
  })

  it('checks issuer and audience where they are set', async () => {
    const strict = createTokenVerifier({ jwtSecret, issuer: 'https://id.example', audience: 'headway' })
    const good = { iss: 'https://id.example', aud: ['other', 'headway'] }
    expect(await codeOf(await sign(good), strict)).toBe('accepted anna')
    expect(await codeOf(await sign({ ...good, iss: 'https://evil.example' }), strict)).toBe('unauthorized')
    expect(await codeOf(await sign({ ...good, aud: 'other' }), strict)).toBe('unauthorized')
    expect(await codeOf(await sign({}), strict)).toBe('unauthorized')
  })

  it('never repeats the token in its message', async () => {
    const token = await sign({ sub: 'canary canary' })
    const error: unknown = await verifier.verify(token).catch((error: unknown) => error)
    expect((error as Error).message).not.toMatch(/canary|eyJ/)
  })
})

describe('with a key set', () => {
  const keySet = { keys: [] as JWK[], status: 200 }
  const server = createServer((_, response) => {
    response.writeHead(keySet.status, { 'content-type': 'application/json' }).end(JSON.stringify(keySet))
  })
  let jwksUrl: string

  beforeAll(async () => {
    server.listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
  })
  afterAll(() => server.close())

  it.each(['RS256', 'ES256', 'EdDSA'])('accepts %s tokens of a listed key', async (alg) => {
    const { publicKey, privateKey } = await generateKeyPair(alg)
    keySet.keys = [{ ...(await exportJWK(publicKey)), kid: 'k1', alg }]
    const token = (kid: string) =>
      new SignJWT({ sub: 'anna' }).setProtectedHeader({ alg, kid }).setExpirationTime('1m').sign(privateKey)
    const byKeySet = createTokenVerifier({ jwksUrl })
    expect(await codeOf(await token('k1'), byKeySet)).toBe('accepted anna')
    expect(await codeOf(await token('../../k1'), byKeySet)).toBe('unauthorized')
    expect(await codeOf(await token("' OR 1=1 --"), byKeySet)).toBe('unauthorized')
  })

  it('refuses HS256 signed with the public key', async () => {
    const { publicKey } = await generateKeyPair('RS256', { extractable: true })
    keySet.keys = [{ ...(await exportJWK(publicKey)), kid: 'k1' }]
    const forged = await sign({}, { header: { kid: 'k1' }, secret: await exportSPKI(publicKey) })
    expect(await codeOf(forged, createTokenVerifier({ jwksUrl }))).toBe('unauthorized')
  })

  it('is unavailable while the keys cannot be fetched', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const token = await new SignJWT({ sub: 'anna' })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .setExpirationTime('1m')
      .sign(privateKey)
    keySet.status = 500
    expect(await codeOf(token, createTokenVerifier({ jwksUrl }))).toBe('unavailable')
    keySet.status = 200
    expect(await codeOf(token, createTokenVerifier({ jwksUrl: 'http://127.0.0.1:1/jwks' }))).toBe(
      'unavailable',
    )
  })
})

it('refuses to be made without a key, with two, or with a weak one', () => {
  expect(() => createTokenVerifier({})).toThrow(/exactly one key/)
  expect(() => createTokenVerifier({ jwtSecret, jwksUrl: 'https://id.example/jwks' })).toThrow(
    /exactly one key/,
  )
  expect(() => createTokenVerifier({ jwtSecret: 'short' })).toThrow(/5 bytes long; at least 32/)
})
