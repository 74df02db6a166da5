/** Callbacks by event name. A callback that throws stops neither the others nor the delivery. */
export class Listeners<TEvents extends object> {
  readonly #byName = new Map<keyof TEvents, Set<(event: never) => void>>()
  readonly #onError: (error: unknown) => void

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  add<TName extends keyof TEvents>(name: TName, callback: (event: TEvents[TName]) => void): () => void {
    // A wrapper of its own, so that adding one callback twice takes two undoings.
    const listener = (event: TEvents[TName]): void => callback(event)
    const listeners = this.#byName.get(name) ?? new Set()
    this.#byName.set(name, listeners.add(listener))
    return () => {
      if (listeners.delete(listener) && listeners.size === 0) this.#byName.delete(name)
    }
  }

  emit<TName extends keyof TEvents>(name: TName, event: TEvents[TName]): void {
    // A copy: what a callback adds hears the next event.
    const listeners = Array.from(this.#byName.get(name) ?? [])
    for (const listener of listeners) {
      try {
        ;(listener as (event: TEvents[TName]) => void)(event)
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  clear(): void {
    this.#byName.clear()
  }
}
