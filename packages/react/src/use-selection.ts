import type { Store } from '@headway/client'
import { useMemo, useSyncExternalStore } from 'react'

/**
 * A part of a store's value: the same object, and no new render, until something in that part has changed. `select` has
 * to be the same function from render to render.
 */
export function useSelection<TSnapshot, TSelection extends object>(
  store: Store<TSnapshot>,
  select: (snapshot: TSnapshot) => TSelection,
): TSelection {
  const [read, readInitial] = useMemo(
    () => [selector(store.getSnapshot, select), selector(store.getInitialSnapshot, select)] as const,
    [store, select],
  )
  return useSyncExternalStore(store.subscribe, read, readInitial)
}

function selector<TSnapshot, TSelection extends object>(
  read: () => TSnapshot,
  select: (snapshot: TSnapshot) => TSelection,
): () => TSelection {
  let held: { snapshot: TSnapshot; selection: TSelection } | undefined
  return () => {
    const snapshot = read()
    if (held?.snapshot === snapshot) return held.selection
    const fresh = select(snapshot)
    const selection = held && isSame(held.selection, fresh) ? held.selection : fresh
    held = { snapshot, selection }
    return selection
  }
}

/** Equal in each property; arrays in each item. */
function isSame(held: object, fresh: object, depth = 1): boolean {
  const before = Object.entries(held)
  const after = Object.values(fresh)
  if (before.length !== after.length) return false
  return before.every(([, value], index) => {
    const other = after[index] as unknown
    if (Object.is(value, other)) return true
    return depth > 0 && Array.isArray(value) && Array.isArray(other) && isSame(value, other, depth - 1)
  })
}
