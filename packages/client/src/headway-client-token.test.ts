import { describe, expect, it, vi } from 'vitest'
import { clientOf, connected, eventsOf, server, settle } from '../test/client-fixture.ts'

describe('token', () => {
  it('renews a refused token once, and fails when that one is refused too (C4)', async () => {
    let tokens = 0
    const client = clientOf({ getToken: () => `token ${++tokens}` })
    const failures = eventsOf(client, 'failed')
    const waits = eventsOf(client, 'reconnecting')
    server.refusals = ['token_expired']
    client.connect()
    await settle()
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'connected', attempts: 0, error: null })
    // At once, so that there is no wait to tell of.
    expect(waits).toEqual([])
    expect(server.handshakes.map(({ token }) => token)).toEqual(['token 1', 'token 2'])

    server.refusals = ['unauthorized', 'unauthorized']
    server.drop()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(client.connection.getSnapshot()).toMatchObject({
      state: 'failed',
      error: { code: 'unauthorized' },
    })
    expect(failures).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(120_000)
    expect(server.handshakes).toHaveLength(4)
  })

  it('fails when nobody is signed in, and tries again when getToken throws', async () => {
    const signedOut = clientOf({ getToken: () => null })
    signedOut.connect()
    await settle()
    expect(signedOut.connection.getSnapshot()).toMatchObject({
      state: 'failed',
      error: { code: 'unauthorized' },
    })

    const onError = vi.fn<(error: unknown) => void>()
    const answers = [() => Promise.reject(new Error('offline')), () => Promise.resolve('token')]
    const client = clientOf({ onError, getToken: () => (answers.shift() ?? (() => 'token'))() })
    client.connect()
    await settle()
    expect(client.connection.getSnapshot()).toMatchObject({
      state: 'reconnecting',
      error: { message: 'getToken failed: Error: offline' },
    })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(client.connection.getSnapshot()).toMatchObject({ state: 'connected', error: null })
    expect(onError).toHaveBeenCalledTimes(1)
  })

  it('renews the token in place when the server says that it expires (C4)', async () => {
    let tokens = 0
    await connected({ getToken: () => `token ${++tokens}` })
    for (const connection of server.connections) connection.send((handlers) => handlers.onExpiring())
    await settle()
    expect(server.requests).toContainEqual({ name: 'auth:refresh', args: ['token 2'] })
    expect(server.connections.size).toBe(1)
  })

  it('keeps quiet when the token that expires is all that getToken has (C4)', async () => {
    await connected({ getToken: () => 'the only token' })
    for (const connection of server.connections) connection.send((handlers) => handlers.onExpiring())
    await settle()
    expect(server.requests.map(({ name }) => name)).not.toContain('auth:refresh')
  })

  it('connects with the token of a new sign-in after one was refused for good (C4)', async () => {
    let token = 'expired'
    const client = clientOf({ getToken: () => token })
    server.refusals = ['token_expired', 'token_expired']
    client.connect()
    await settle()
    expect(client.connection.getSnapshot().state).toBe('failed')
    token = 'fresh'
    client.connect()
    await settle()
    expect(client.connection.getSnapshot().state).toBe('connected')
    expect(server.handshakes.at(-1)?.token).toBe('fresh')
  })

  it('renews the token for which the server closed (C4)', async () => {
    let tokens = 0
    await connected({ getToken: () => `token ${++tokens}` })
    server.close({ code: 'token_expired' })
    await vi.advanceTimersByTimeAsync(2_000)
    expect(server.handshakes.map(({ token }) => token)).toEqual(['token 1', 'token 2'])
  })

  it('asks anew where getToken hung, and a late answer is not heard (C4)', async () => {
    const answers: ((token: string) => void)[] = []
    const client = clientOf({
      connectTimeoutMs: 5_000,
      getToken: () => new Promise((resolve) => answers.push(resolve)),
    })
    client.connect()
    const call = client.callApi('/api/jobs').catch((error: unknown) => error)
    await settle(7_000)
    expect(answers).toHaveLength(2)
    const cause = new Error('getToken failed: Error: no answer within 5000 ms')
    expect(await call).toMatchObject({ code: 'unavailable', cause })
    answers[1]?.('token 2')
    answers[0]?.('token 1')
    await settle()
    expect(client.connection.getSnapshot().state).toBe('connected')
    server.drop()
    await settle(2_000)
    expect(server.handshakes.map(({ token }) => token)).toEqual(['token 2', 'token 2'])
  })

  it('asks no more than once in 5 s where each new token is about to expire too (C4)', async () => {
    let tokens = 0
    await connected({ getToken: () => `token ${++tokens}` })
    const [connection] = server.connections
    const sayExpiring = (): void => connection?.send((handlers) => handlers.onExpiring())
    for (let passed = 0; passed < 4_000; passed += 100) {
      sayExpiring()
      await settle(100)
    }
    expect(tokens).toBe(2)
    await settle(1_000)
    sayExpiring()
    await settle()
    expect(tokens).toBe(3)
    expect(server.connections.size).toBe(1)
  })
})
