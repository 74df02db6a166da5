import { describe, expect, it } from 'vitest'
import { SessionStore } from './session-store.ts'

function memoryStorage(): Storage {
  const entries = new Map<string, string>()
  return {
    get length() {
      return entries.size
    },
    clear: () => entries.clear(),
    getItem: (key) => entries.get(key) ?? null,
    key: (index) => [...entries.keys()][index] ?? null,
    removeItem: (key) => void entries.delete(key),
    setItem: (key, value) => void entries.set(key, value),
  }
}

function tokenFor(userId: string, expiresInMs: number, id = 0): string {
  const claims = { sub: userId, exp: Math.floor((Date.now() + expiresInMs) / 1_000), id }
  return `h.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.s`
}

const HOUR_MS = 3_600_000

const tokenByName = async (userId: string) => tokenFor(userId, HOUR_MS)

describe('SessionStore', () => {
  it('keeps the session of the tab over a reload, and the name for other tabs', async () => {
    const storage = memoryStorage()
    const shared = memoryStorage()
    await new SessionStore({ storage, shared, tokenByName }).signInAs('ada')

    expect(new SessionStore({ storage, shared, tokenByName }).get()).toMatchObject({
      status: 'signed-in',
      userId: 'ada',
    })
    const otherTab = new SessionStore({ storage: memoryStorage(), shared, tokenByName })
    expect(otherTab.get()).toEqual({ status: 'signed-out' })
    expect(otherTab.lastName).toBe('ada')
  })

  it('renews a token by name shortly before it expires', async () => {
    const tokens = [tokenFor('ada', 30_000), tokenFor('ada', HOUR_MS)]
    const store = new SessionStore({
      storage: memoryStorage(),
      shared: memoryStorage(),
      tokenByName: async () => tokens.shift(),
    })
    const fresh = tokens[1]
    await store.signInAs('ada')
    expect(await store.token()).toBe(fresh)
  })

  it('renews once for several calls that were refused together', async () => {
    let asked = 0
    const store = new SessionStore({
      storage: memoryStorage(),
      shared: memoryStorage(),
      tokenByName: async () => tokenFor('ada', HOUR_MS, asked++),
    })
    await store.signInAs('ada')
    const refused = await store.token()
    const [first, second] = await Promise.all([store.renew(refused), store.renew(refused)])
    expect(first).toBe(second)
    expect(first).not.toBe(refused)
    expect(asked).toBe(2)
  })

  it('expires a pasted token that is refused, and keeps the user', async () => {
    const store = new SessionStore({ storage: memoryStorage(), shared: memoryStorage() })
    const token = tokenFor('ada', HOUR_MS)
    expect(store.signInWith(token)).toBe(true)
    await expect(store.renew(token)).rejects.toMatchObject({ code: 'token_expired' })
    expect(store.get()).toMatchObject({ status: 'expired', userId: 'ada' })
  })

  it('does not sign in with a text that is no token', () => {
    const store = new SessionStore({ storage: memoryStorage(), shared: memoryStorage() })
    expect(store.signInWith('not a token')).toBe(false)
    expect(store.get()).toEqual({ status: 'signed-out' })
  })
})
