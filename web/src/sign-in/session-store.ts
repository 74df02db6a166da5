import { ApiError } from '../lib/api-error.ts'
import { requestDevToken } from './dev-token.ts'
import { parseTokenClaims } from './token-claims.ts'

/**
 * Who uses this tab.
 *
 *     signed-out --signIn--> signed-in --token refused, no new one--> expired
 *          ^                     |  ^                                    |
 *          +------- signOut -----+  +------------- signIn ---------------+
 *
 * `expired` keeps the user and the page as they are: only a new token is missing.
 */
export type Session = { status: 'signed-out' } | ({ status: 'signed-in' | 'expired' } & Identity)

interface Identity {
  userId: string
  token: string
  /** How the token came: by name it can be renewed in silence, a pasted one can't. */
  source: 'name' | 'token'
}

type TokenByName = (userId: string) => Promise<string | undefined>

const SESSION_KEY = 'headway:session'
const LAST_NAME_KEY = 'headway:last-name'

/** A token by name is renewed this long before it expires, in milliseconds. */
const RENEW_BEFORE_EXPIRY_MS = 60_000

/**
 * Holds the session of this tab. It lives in the tab's session storage: a reload keeps it, and two tabs can be two
 * users. Only the name signed in with last is remembered for all tabs, to offer it.
 */
export class SessionStore {
  readonly #storage: Storage
  readonly #shared: Storage
  readonly #tokenByName: TokenByName
  readonly #listeners = new Set<() => void>()
  #session: Session
  #renewing: Promise<string> | undefined

  constructor(options: { storage: Storage; shared: Storage; tokenByName?: TokenByName }) {
    this.#storage = options.storage
    this.#shared = options.shared
    this.#tokenByName = options.tokenByName ?? devTokenOf
    this.#session = parseSession(options.storage.getItem(SESSION_KEY))
  }

  readonly get = (): Session => this.#session

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  get lastName(): string {
    return this.#shared.getItem(LAST_NAME_KEY) ?? ''
  }

  /** True for a session whose token can be replaced without asking the user. */
  get canRenew(): boolean {
    return this.#session.status === 'signed-in' && this.#session.source === 'name'
  }

  /** Signs in with a name; false where this deployment gives no tokens by name. */
  async signInAs(userId: string): Promise<boolean> {
    const token = await this.#tokenByName(userId)
    if (token === undefined) return false
    this.#shared.setItem(LAST_NAME_KEY, userId)
    this.#set({ status: 'signed-in', userId, token, source: 'name' })
    return true
  }

  /** Signs in with a token from elsewhere; false for a text that is no token. */
  signInWith(token: string): boolean {
    const claims = parseTokenClaims(token)
    if (claims === undefined) return false
    this.#set({ status: 'signed-in', userId: claims.userId, token: token.trim(), source: 'token' })
    return true
  }

  signOut(): void {
    this.#set({ status: 'signed-out' })
  }

  /** Says that no token is accepted any more; the page asks for another and stays where it is. */
  expire(): void {
    if (this.#session.status === 'signed-in') this.#set({ ...this.#session, status: 'expired' })
  }

  /** The token to use now, renewed when it is about to expire and can be. */
  async token(): Promise<string> {
    const session = this.#signedIn()
    if (session.source !== 'name' || !expiresSoon(session.token)) return session.token
    return this.renew(session.token)
  }

  /**
   * A token in place of a refused one. Calls that were refused together share one renewal.
   *
   * @throws the reason, after the session has become `expired`, when there is no other token
   */
  async renew(refused: string, reason?: unknown): Promise<string> {
    const session = this.#signedIn()
    if (session.token !== refused) return session.token
    this.#renewing ??= this.#renew(session, reason).finally(() => {
      this.#renewing = undefined
    })
    return this.#renewing
  }

  async #renew(session: Identity, reason: unknown): Promise<string> {
    const token = session.source === 'name' ? await this.#tokenByName(session.userId) : undefined
    if (token === undefined) {
      this.expire()
      throw reason ?? expiredError()
    }
    if (this.#session.status !== 'signed-out') this.#set({ ...session, status: 'signed-in', token })
    return token
  }

  #signedIn(): Identity {
    if (this.#session.status !== 'signed-in') throw expiredError()
    return this.#session
  }

  #set(session: Session): void {
    this.#session = session
    if (session.status === 'signed-out') this.#storage.removeItem(SESSION_KEY)
    else this.#storage.setItem(SESSION_KEY, JSON.stringify(session))
    for (const listener of this.#listeners) listener()
  }
}

async function devTokenOf(userId: string): Promise<string | undefined> {
  const answer = await requestDevToken(userId)
  return answer.outcome === 'signed' ? answer.token : undefined
}

function expiresSoon(token: string): boolean {
  const expiresAt = parseTokenClaims(token)?.expiresAt ?? null
  return expiresAt !== null && expiresAt - Date.now() < RENEW_BEFORE_EXPIRY_MS
}

function expiredError(): ApiError {
  return new ApiError({
    code: 'token_expired',
    message: 'Your session has ended. Sign in again to go on.',
    status: 401,
  })
}

function parseSession(stored: string | null): Session {
  if (stored === null) return { status: 'signed-out' }
  try {
    const { userId, token, source } = JSON.parse(stored) as Partial<Identity>
    if (typeof userId !== 'string' || typeof token !== 'string') return { status: 'signed-out' }
    return { status: 'signed-in', userId, token, source: source === 'name' ? 'name' : 'token' }
  } catch {
    return { status: 'signed-out' }
  }
}
