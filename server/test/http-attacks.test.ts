import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { TEST_JWT_SECRET, signToken, uniqueUserId } from '@headway/test-kit'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startHttp, type Answer, type HttpFixture } from './http-fixture.ts'
import { problemOf } from './problem-of.ts'

let http: HttpFixture
beforeAll(async () => {
  http = await startHttp()
})
afterAll(() => http.close())

const nowSeconds = () => Math.floor(Date.now() / 1_000)

function forge(claims: { [claim: string]: unknown }): Promise<string> {
  return new SignJWT({ sub: 'anna', exp: nowSeconds() + 60, ...claims })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(TEST_JWT_SECRET))
}

function part(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function send(body: string): Promise<Answer> {
  return http.call('POST /api/jobs', { userId: uniqueUserId(), body })
}

/** Sends bytes as they are, and answers all that comes back. */
function sendRaw(request: string): Promise<string> {
  const { port, hostname } = new URL(http.url)
  const socket = connect(Number(port), hostname)
  socket.write(request)
  return text(socket)
}

describe('tokens', () => {
  it.each(['', 'Bearer', 'Bearer ', 'Basic YTpi', 'Bearer a b', 'Bearer null', 'Bearer [object Object]'])(
    'refuses the header "%s" and says how to do better',
    async (authorization) => {
      const answer = await http.call('GET /api/jobs', { headers: { authorization } })
      expect(problemOf(answer)).toBe('401 unauthorized')
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /)
    },
  )

  it('refuses unsigned, foreign and malformed tokens on every call', async () => {
    const claims = part({ sub: 'anna', exp: nowSeconds() + 60 })
    const tokens = [
      ...['none', 'None', 'nOnE'].map((alg) => `${part({ alg })}.${claims}.`),
      await signToken({ userId: 'anna', secret: 'another secret that is long enough for HS256' }),
      await forge({ exp: undefined }),
      await forge({ sub: 'a b' }),
      await forge({ sub: '{a}' }),
      await forge({ nbf: nowSeconds() + 600 }),
      'x'.repeat(9_000),
    ]
    const calls = ['GET /api/jobs', 'POST /api/jobs', `GET /api/jobs/${randomUUID()}`, 'GET /api/operations']
    for (const token of tokens) {
      for (const call of calls) expect(problemOf(await http.call(call, { token }))).toBe('401 unauthorized')
    }
  })

  it('tells an expired token apart', async () => {
    const token = await signToken({ userId: 'anna', expiresInSeconds: -60 })
    expect(problemOf(await http.call('GET /api/jobs', { token }))).toBe('401 token_expired')
  })

  it('accepts a token of the distant future', async () => {
    for (const exp of [4_102_444_800, 9e15]) {
      expect((await http.call('GET /api/jobs', { token: await forge({ exp }) })).status).toBe(200)
    }
  })
})

describe('bodies', () => {
  it('are not let in with keys that poison prototypes', async () => {
    expect(problemOf(await send('{"type":"sum","numbers":[],"__proto__":{"polluted":1}}'))).toBe(
      '400 bad_request',
    )
    expect(
      problemOf(await send('{"type":"sum","numbers":[],"constructor":{"prototype":{"polluted":1}}}')),
    ).toBe('400 bad_request')
    expect(problemOf(await send('{"__proto__":{"type":"sum","numbers":[]}}'))).toBe('400 bad_request')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('are not let in when nested deeper than anything of ours', async () => {
    const depth = 10_000
    expect(problemOf(await send(`{"type":"sum","numbers":${'['.repeat(depth)}${']'.repeat(depth)}}`))).toBe(
      '400 bad_request',
    )
    expect(problemOf(await send('['.repeat(depth)))).toBe('400 bad_request')
  })

  it('count with the last of duplicate keys, for the check and for the job alike', async () => {
    const answer = await send('{"type":"nothing","numbers":["x"],"type":"sum","numbers":[7]}')
    expect(answer.json.job.input.numbers).toEqual([7])
  })

  it('may hold SQL, which stays text', async () => {
    const label = "'; DROP TABLE jobs; --"
    const answer = await send(JSON.stringify({ type: 'sum', numbers: [], label }))
    expect(answer.json.job.input.label).toBe(label)
    expect(problemOf(await send(JSON.stringify({ type: label, numbers: [] })))).toBe(
      '400 unsupported_operation',
    )
  })

  it('of ten megabytes are refused', async () => {
    expect(problemOf(await send(JSON.stringify({ type: 'sum', label: 'x'.repeat(10_000_000) })))).toBe(
      '413 payload_too_large',
    )
  })

  it('do not choose another method', async () => {
    const userId = uniqueUserId()
    const { jobId } = await http.createJob(userId)
    const headers = { 'x-http-method-override': 'PATCH' }
    expect(
      problemOf(await http.call(`POST /api/jobs/${jobId}/cancel?_method=PATCH`, { userId, headers })),
    ).toBe('405 bad_request')
  })
})

describe('broken HTTP', () => {
  it('is answered in the form of every error, and harms nobody', async () => {
    expect(await sendRaw('nonsense\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 [^]*application\/problem\+json[^]*"code":"bad_request"/,
    )
    const huge = `GET / HTTP/1.1\r\nHost: a\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`
    expect(await sendRaw(huge)).toMatch(/^HTTP\/1\.1 431 [^]*"status":431/)
    expect((await http.call('GET /health')).status).toBe(200)
  })

  it('gives a malformed path a 400', async () => {
    expect(problemOf(await http.call('GET /api/jobs/%E0%A4%A', { userId: uniqueUserId() }))).toBe(
      '400 bad_request',
    )
  })
})

it('keeps secrets out of the log and of every error, wherever they are sent', async () => {
  const canary = `canary-${randomUUID()}`
  const userId = uniqueUserId()
  const headers = {
    cookie: `session=${canary}`,
    'x-api-key': canary,
    'x-forwarded-for': canary,
    'x-request-id': `${canary}!`,
    'user-agent': canary,
    referer: `https://a.example/?token=${canary}`,
  }
  const body = { type: 'sum', numbers: [canary], label: canary.repeat(10), password: canary }
  const answers = [
    await http.call('GET /api/jobs', { token: canary, headers }),
    await http.call(`GET /api/jobs?token=${canary}&state=${canary}`, { userId, headers }),
    await http.call(`GET /api/jobs?${canary}=1`, { userId }),
    await http.call('POST /api/jobs', { userId, headers, body }),
    await http.call('POST /api/jobs', { userId, headers, body: { type: canary } }),
    await http.call('POST /api/jobs', { userId, headers, body: `{"type":"${canary}` }),
    await http.call('POST /api/jobs', { userId, body, headers: { 'content-type': canary } }),
    await http.call('POST /api/jobs', {
      userId,
      body,
      headers: { 'idempotency-key': `${canary} ${canary}` },
    }),
    await http.call(`GET /api/jobs/${randomUUID()}/artifacts/${randomUUID()}?token=${canary}`, { headers }),
  ]
  for (const answer of answers) {
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.text).not.toContain(canary)
    expect([...answer.headers.values()].join()).not.toContain(canary)
  }
  expect(http.log()).not.toContain(canary)
  expect(http.log()).toContain(userId)
})

it('never shows a stack, a path of this machine or the name of a library', async () => {
  const answers = await Promise.all([
    http.call('POST /api/jobs', { userId: uniqueUserId(), body: '{' }),
    http.call('GET /api/jobs/%E0%A4%A', { userId: uniqueUserId() }),
    http.call('GET /nothing'),
  ])
  for (const { text, headers } of answers) {
    expect(text).not.toMatch(/node_modules|at \w+ \(|SyntaxError|express/i)
    expect(headers.get('x-powered-by')).toBeNull()
  }
})
