import { isTokenRefusal } from '../lib/api-error.ts'
import type { SessionStore } from './session-store.ts'

/**
 * Feeds the connection with tokens. It keeps the token that it was given, so that asking again means that it was
 * refused or expires soon; one that can't be renewed is given again. Null means that nobody is signed in any more.
 */
export function createTokenFeed(session: SessionStore): () => Promise<string | null> {
  let given: string | undefined
  return async () => {
    try {
      const token = await session.token()
      given = token === given && session.canRenew ? await session.renew(token) : token
      return given
    } catch (error) {
      if (isTokenRefusal(error)) return null
      throw error
    }
  }
}
