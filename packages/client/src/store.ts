/** A value that changes over time, in the shape of React's `useSyncExternalStore`. */
export interface Store<TSnapshot> {
  /** Calls the listener after a change, at most once per frame; returns the undoing. */
  subscribe: (listener: () => void) => () => void
  /** The value now: the same object until something has changed. */
  getSnapshot: () => TSnapshot
  /** The value before anything is known: what a server renders and a browser hydrates. */
  getInitialSnapshot: () => TSnapshot
}
