import { createContext, use, useSyncExternalStore, type ReactNode } from 'react'
import type { Session, SessionStore } from './session-store.ts'

const SessionContext = createContext<SessionStore | undefined>(undefined)

export function SessionProvider({ store, children }: { store: SessionStore; children: ReactNode }) {
  return <SessionContext value={store}>{children}</SessionContext>
}

export function useSessionStore(): SessionStore {
  const store = use(SessionContext)
  if (store === undefined) throw new Error('useSessionStore needs a <SessionProvider> above it.')
  return store
}

export function useSession(): Session {
  const store = useSessionStore()
  return useSyncExternalStore(store.subscribe, store.get)
}

/** The signed-in user's id. Only below the signed-in part of the page. */
export function useUserId(): string {
  const session = useSession()
  return session.status === 'signed-out' ? '' : session.userId
}
