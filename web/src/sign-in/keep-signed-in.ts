import type { HeadwayClient } from '@headway/client'
import type { SessionStore } from './session-store.ts'

/** Ends the session where the connection's tokens are refused for good, and connects again after the next sign-in. */
export function keepSignedIn(client: HeadwayClient, session: SessionStore): () => void {
  const offFailed = client.onConnection('failed', ({ code }) => {
    if (code === 'unauthorized' || code === 'token_expired') session.expire()
  })
  let wasExpired = session.get().status === 'expired'
  const offSession = session.subscribe(() => {
    const { status } = session.get()
    if (wasExpired && status === 'signed-in') client.connect()
    wasExpired = status === 'expired'
  })
  return () => {
    offFailed()
    offSession()
  }
}
