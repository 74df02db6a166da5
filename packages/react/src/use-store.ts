import type { Store } from '@headway/client'
import { useSyncExternalStore } from 'react'

/** The value of a store, kept up to date. */
export function useStore<TSnapshot>(store: Store<TSnapshot>): TSnapshot {
  return useSyncExternalStore(store.subscribe, store.getSnapshot, store.getInitialSnapshot)
}
