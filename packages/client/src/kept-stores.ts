/** A store that somebody uses, or nobody at the moment. */
interface KeptStore {
  readonly isUsed: boolean
}

/** Stores by key, the used ones and so many of the others: those that were asked for last. */
export class KeptStores<TStore extends KeptStore> {
  readonly #byKey = new Map<string, TStore>()
  readonly #maxUnused: number
  readonly #create: (key: string) => TStore

  constructor(maxUnused: number, create: (key: string) => TStore) {
    this.#maxUnused = maxUnused
    this.#create = create
  }

  get(key: string): TStore {
    const store = this.#byKey.get(key) ?? this.#create(key)
    // The map's order is that of use, so that the one unused for longest is forgotten.
    this.#byKey.delete(key)
    this.#byKey.set(key, store)
    if (this.#byKey.size > this.#maxUnused) {
      const unused = [...this.#byKey].filter(([, kept]) => !kept.isUsed)
      for (const [unusedKey] of unused.slice(0, -this.#maxUnused)) this.#byKey.delete(unusedKey)
    }
    return store
  }

  each(run: (store: TStore) => void): void {
    for (const store of this.#byKey.values()) run(store)
  }
}
