import { request } from 'node:http'
import { signToken, uniqueUserId } from '@headway/test-kit'
import { describe, expect, it } from 'vitest'
import { openClient, openReadyClient, openRealtime, refusalOf } from './realtime-fixture.ts'

describe('a handshake', () => {
  it.each([
    ['auth.token', (token: string) => ({ auth: { token } })],
    ['?token=', (token: string) => ({ query: { token } })],
    ['Authorization: Bearer', (token: string) => ({ extraHeaders: { Authorization: `Bearer ${token}` } })],
  ])('takes the token as %s', async (_way, options) => {
    const { url } = await openRealtime()
    const userId = uniqueUserId()
    const client = await openReadyClient(url, options(await signToken({ userId })))
    expect(await client.ready()).toMatchObject({
      userId,
      connectionId: client.socket.id,
      channels: { [`user:${userId}`]: expect.any(Number), all: expect.any(Number) },
      refused: [],
      replayed: 0,
    })
  })

  it.each([
    ['no token', 'unauthorized', async () => ({})],
    [
      'a token of another key',
      'unauthorized',
      async (userId: string) => ({ token: await signToken({ userId, secret: 'x'.repeat(32) }) }),
    ],
    ['a token that is no string', 'unauthorized', async () => ({ token: { a: 1 } })],
    [
      'an expired token',
      'token_expired',
      async (userId: string) => ({ token: await signToken({ userId, expiresInSeconds: -60 }) }),
    ],
    [
      'a user id that can not be a room',
      'unauthorized',
      async () => ({ token: await signToken({ userId: 'a {b}' }) }),
    ],
  ])('refuses %s with its code', async (_what, code, auth) => {
    const { url } = await openRealtime()
    const client = await openClient(url, { auth: await auth(uniqueUserId()) })
    expect(await refusalOf(client)).toMatchObject({ code, message: expect.stringMatching(/\w/) })
  })

  it.each([
    { cursors: [1] },
    { cursors: 'all' },
    { cursors: { all: '5' } },
    { cursors: { all: -1 } },
    { cursors: { all: 1.5 } },
    { cursors: { all: 2 ** 53 } },
    { cursors: Object.fromEntries(Array.from({ length: 200 }, (_, n) => [`job:${n}`, 1])) },
    { lastEventTs: 'yesterday' },
    { lastEventTs: -1 },
    { lastEventTs: {} },
  ])('refuses %j as bad_request', async (auth) => {
    const { url } = await openRealtime()
    const client = await openClient(url, { userId: uniqueUserId(), auth })
    expect(await refusalOf(client)).toMatchObject({ code: 'bad_request' })
  })

  it('names the channels that a user may not follow, and joins none of them', async () => {
    const { url, io } = await openRealtime()
    const [userId, stranger] = [uniqueUserId(), uniqueUserId()]
    const cursors = { [`user:${stranger}`]: 1, 'job:*': 1, '#': 1 }
    const client = await openReadyClient(url, { userId, auth: { cursors } })
    expect((await client.ready()).refused.toSorted()).toEqual(Object.keys(cursors).toSorted())
    await io.broadcast(stranger, { type: 'CUSTOMER_UPDATED', payload: { customerId: 'secret' } })
    await io.broadcast(userId, { type: 'CUSTOMER_UPDATED', payload: { customerId: 'own' } })
    await expect.poll(() => client.events).toHaveLength(1)
    expect(client.events[0]?.channel).toBe(`user:${userId}`)
  })

  it('is refused for a page of another origin, whatever the token says', async () => {
    const { url } = await openRealtime({ cors: { origin: 'https://app.example.com' } })
    const userId = uniqueUserId()
    for (const origin of [
      'https://evil.example',
      'null',
      'https://app.example.com.evil.com',
      'http://app.example.com',
    ]) {
      const client = await openClient(url, { userId, extraHeaders: { origin } })
      await expect(refusalOf(client)).rejects.toThrow('websocket error')
    }
    await openReadyClient(url, { userId, extraHeaders: { origin: 'https://app.example.com' } })
    expect(await upgradeStatus(url, { origin: 'https://evil.example' })).toBe(403)
    expect(await upgradeStatus(url, { origin: 'https://app.example.com' })).toBe(101)
  })

  it('is refused when the user has as many connections as are allowed, until one closes', async () => {
    const { url } = await openRealtime({ connectionLimits: { maxConnectionsPerUser: 1 } })
    const userId = uniqueUserId()
    const first = await openReadyClient(url, { userId })
    expect(await refusalOf(await openClient(url, { userId }))).toMatchObject({ code: 'too_many_connections' })
    await openReadyClient(url, { userId: uniqueUserId() })
    first.socket.disconnect()
    await expect
      .poll(async () =>
        (await openClient(url, { userId })).ready().then(
          () => true,
          () => false,
        ),
      )
      .toBe(true)
  })

  it('that is broken off counts for nothing', async () => {
    const { url } = await openRealtime({ connectionLimits: { maxConnectionsPerUser: 1 } })
    const userId = uniqueUserId()
    const connect = `40${JSON.stringify({ token: await signToken({ userId }) })}`
    for (let round = 0; round < 10; round += 1) {
      const { promise, resolve } = Promise.withResolvers<unknown>()
      const transport = new WebSocket(`${url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
      transport.addEventListener('close', resolve)
      transport.addEventListener('open', () => {
        transport.send(connect)
        // No packet of Engine.IO: the server closes the connection while it still looks at the token.
        transport.send('x')
      })
      await promise
    }
    const client = await openReadyClient(url, { userId })
    expect(client.socket.connected).toBe(true)
  })

  it('is refused when a user connects too often', async () => {
    const { url } = await openRealtime({ connectionLimits: { maxHandshakesPerMinute: 1 } })
    const userId = uniqueUserId()
    await openReadyClient(url, { userId })
    const refusal = await refusalOf(await openClient(url, { userId }))
    expect(refusal).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) })
  })
})

describe('the end of a token', () => {
  it('is announced, and closes the socket with its reason', async () => {
    const { url } = await openRealtime()
    const token = await signToken({ userId: uniqueUserId(), expiresInSeconds: 2 })
    const client = await openReadyClient(url, { auth: { token } })
    await expect.poll(() => client.socket.connected, { timeout: 6_000 }).toBe(false)
    expect(client.expiries).toEqual([{ expiresAt: expect.stringMatching(/Z$/) }])
    expect(client.closings).toEqual([{ code: 'token_expired' }])
  })

  it('moves with auth:refresh, for the same user alone, and the rooms stay', async () => {
    const { url, io } = await openRealtime()
    const userId = uniqueUserId()
    const client = await openReadyClient(url, {
      auth: { token: await signToken({ userId, expiresInSeconds: 3 }) },
    })
    const foreign = await client.request('auth:refresh', await signToken({ userId: uniqueUserId() }))
    expect(foreign).toMatchObject({ ok: false, error: { code: 'forbidden' } })
    expect(await client.request('auth:refresh', 'x')).toMatchObject({
      ok: false,
      error: { code: 'unauthorized' },
    })
    const renewed = await client.request('auth:refresh', await signToken({ userId, expiresInSeconds: 600 }))
    expect(renewed).toMatchObject({ ok: true, expiresAt: expect.stringMatching(/Z$/) })

    const witness = await openReadyClient(url, {
      auth: { token: await signToken({ userId, expiresInSeconds: 3 }) },
    })
    await expect.poll(() => witness.socket.connected, { timeout: 6_000 }).toBe(false)
    expect(client.socket.connected).toBe(true)
    await io.broadcast(userId, { type: 'CUSTOMER_UPDATED', payload: { customerId: '1' } })
    await expect.poll(() => client.types()).toEqual(['CUSTOMER_UPDATED'])
  })

  it('is not stretched by the tolerance for clocks: a socket gets no token that has ended', async () => {
    const { url } = await openRealtime()
    const userId = uniqueUserId()
    const token = await signToken({ userId, expiresInSeconds: -2 })
    expect(await refusalOf(await openClient(url, { auth: { token } }))).toMatchObject({
      code: 'token_expired',
    })
    const client = await openReadyClient(url, { userId })
    expect(await client.request('auth:refresh', token)).toMatchObject({
      ok: false,
      error: { code: 'token_expired' },
    })
    expect(client.socket.connected).toBe(true)
  })

  it('in the far future does not come at once', async () => {
    const { url } = await openRealtime()
    const token = await signToken({ userId: uniqueUserId(), expiresInSeconds: 3_000_000 })
    const client = await openReadyClient(url, { auth: { token } })
    expect(await client.request('sync')).toMatchObject({ ok: true })
    expect(client.closings).toEqual([])
  })
})

/** What a page's attempt to open a WebSocket is answered over HTTP. */
function upgradeStatus(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const attempt = request(`${url}/socket.io/?EIO=4&transport=websocket`, {
      headers: {
        ...headers,
        Connection: 'Upgrade',
        Upgrade: 'websocket',
        'Sec-WebSocket-Key': 'dGhlIHNhbXBsZSBub25jZQ==',
        'Sec-WebSocket-Version': '13',
      },
    })
    attempt.on('response', (response) => resolve(response.resume().statusCode))
    attempt.on('upgrade', ({ statusCode }, socket) => {
      socket.destroy()
      resolve(statusCode)
    })
    attempt.on('error', reject)
    attempt.end()
  })
}
