interface Listener {
  readonly name: PropertyKey
  readonly callback: (event: never) => void
}

/** Callbacks by event name. A callback that throws stops neither the others nor the delivery. */
export class Listeners<TEvents extends object> {
  readonly #onError: (error: unknown) => void
  /** Another array with each change: what a callback adds hears the next event. */
  #listeners: readonly Listener[] = []

  constructor(onError: (error: unknown) => void) {
    this.#onError = onError
  }

  add<TName extends keyof TEvents>(name: TName, callback: (event: TEvents[TName]) => void): () => void {
    // An object of its own, so that adding one callback twice takes two undoings.
    const listener = { name, callback }
    this.#listeners = [...this.#listeners, listener]
    return () => {
      this.#listeners = this.#listeners.filter((other) => other !== listener)
    }
  }

  emit<TName extends keyof TEvents>(name: TName, event: TEvents[TName]): void {
    for (const listener of this.#listeners) {
      if (listener.name !== name) continue
      try {
        listener.callback(event as never)
      } catch (error) {
        this.#onError(error)
      }
    }
  }

  clear(): void {
    this.#listeners = []
  }
}
