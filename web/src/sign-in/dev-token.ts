import { isNotFound } from '../lib/api-error.ts'
import { jsonCall } from '../lib/http-call.ts'

export type DevTokenOutcome =
  | { outcome: 'signed'; token: string }
  /** This deployment gives no tokens itself: the user brings one. */
  | { outcome: 'not-offered' }

/** Asks an embedded deployment for a token of the given user. */
export async function requestDevToken(userId: string): Promise<DevTokenOutcome> {
  try {
    const { token } = await jsonCall<{ token: string }>('/api/auth/dev-token', {
      method: 'POST',
      body: { userId },
    })
    return { outcome: 'signed', token }
  } catch (error) {
    if (isNotFound(error)) return { outcome: 'not-offered' }
    throw error
  }
}
