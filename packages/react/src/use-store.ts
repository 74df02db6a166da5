import type { Store } from '@headway/client'
import { useSyncExternalStore } from 'react'

/** The value of a store, kept up to date, or what is read from it: `read` gives the same object until something in it has changed. */
export function useStore<TSnapshot, TValue = TSnapshot>(
  store: Store<TSnapshot>,
  read: (snapshot: TSnapshot) => TValue = (snapshot) => snapshot as never,
): TValue {
  return useSyncExternalStore(
    store.subscribe,
    () => read(store.getSnapshot()),
    () => read(store.getInitialSnapshot()),
  )
}
