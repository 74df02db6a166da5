import { randomBytes, timingSafeEqual } from 'node:crypto'
import type { Request, Response } from 'express'

const COOKIE = 'erp_session'

interface Session {
  readonly user: string
  /** Stands in every form, so that no other page can send one. */
  readonly formToken: string
  expiresAt: number
}

/** Who is logged in. Sessions are forgotten when the ERP is restarted, and after a while without a page. */
export class Sessions {
  readonly #byId = new Map<string, Session>()
  readonly #lifetimeMs: number

  constructor(lifetimeMs: number) {
    this.#lifetimeMs = lifetimeMs
  }

  begin(response: Response, user: string): void {
    const id = randomBytes(18).toString('base64url')
    const formToken = randomBytes(18).toString('base64url')
    this.#byId.set(id, { user, formToken, expiresAt: Date.now() + this.#lifetimeMs })
    response.cookie(COOKIE, id, { httpOnly: true, sameSite: 'lax' })
  }

  /** The session of a request, good for another while. */
  find(request: Request): Session | undefined {
    const id = cookieOf(request)
    const session = this.#byId.get(id)
    if (!session) return undefined
    if (session.expiresAt < Date.now()) {
      this.#byId.delete(id)
      return undefined
    }
    session.expiresAt = Date.now() + this.#lifetimeMs
    return session
  }

  end(request: Request): void {
    this.#byId.delete(cookieOf(request))
  }
}

/** Whether a form was sent by a page of this session. */
export function isOwnForm(session: Session, formToken: unknown): boolean {
  const given = Buffer.from(String(formToken))
  const known = Buffer.from(session.formToken)
  return given.length === known.length && timingSafeEqual(given, known)
}

function cookieOf(request: Request): string {
  const pairs = (request.headers.cookie ?? '').split('; ').map((pair) => pair.split('='))
  return pairs.find(([name]) => name === COOKIE)?.[1] ?? ''
}
