/** A run for a key that was asked for, and what it says of the key. */
type Wish = PromiseWithResolvers<boolean>

export interface GatheredRunsOptions {
  /** Runs at the same time. */
  readonly maxRuns: number
  /** Keys that go into one run. */
  readonly maxKeys: number
}

/**
 * Runs a task for many keys in one go. Every caller gets runs that began after its call, and no key is in two of them at once. Where
 * nothing is under way a run begins at once; what is asked for meanwhile goes into the next one together.
 */
export class GatheredRuns<TKey> {
  readonly #task: (keys: readonly TKey[]) => Promise<ReadonlySet<TKey>>
  readonly #options: GatheredRunsOptions
  readonly #wishes = new Map<TKey, Wish>()
  readonly #busy = new Set<TKey>()
  readonly #runs = new Set<Promise<void>>()

  /** @param task answers the keys that it could not do, and never rejects */
  constructor(task: (keys: readonly TKey[]) => Promise<ReadonlySet<TKey>>, options: GatheredRunsOptions) {
    this.#task = task
    this.#options = options
  }

  /** Answers those of the keys that the task could not do. */
  async run(keys: Iterable<TKey>): Promise<TKey[]> {
    const wanted = [...new Set(keys)]
    const isLeft = wanted.map((key) => this.#wish(key))
    this.#begin()
    const left = await Promise.all(isLeft)
    return wanted.filter((_, index) => left[index])
  }

  /** Resolves when nothing runs. */
  async idle(): Promise<void> {
    while (this.#runs.size > 0) await Promise.all(this.#runs)
  }

  #wish(key: TKey): Promise<boolean> {
    const wish = this.#wishes.get(key) ?? Promise.withResolvers<boolean>()
    this.#wishes.set(key, wish)
    return wish.promise
  }

  #begin(): void {
    while (this.#runs.size < this.#options.maxRuns) {
      const wishes = this.#takeFree()
      if (wishes.size === 0) return
      const run: Promise<void> = this.#run(wishes).finally(() => {
        this.#runs.delete(run)
        this.#begin()
      })
      this.#runs.add(run)
    }
  }

  #takeFree(): Map<TKey, Wish> {
    const free = [...this.#wishes].filter(([key]) => !this.#busy.has(key)).slice(0, this.#options.maxKeys)
    for (const [key] of free) this.#wishes.delete(key)
    return new Map(free)
  }

  async #run(wishes: ReadonlyMap<TKey, Wish>): Promise<void> {
    for (const key of wishes.keys()) this.#busy.add(key)
    const left = await this.#task([...wishes.keys()])
    for (const [key, wish] of wishes) {
      this.#busy.delete(key)
      wish.resolve(left.has(key))
    }
  }
}
