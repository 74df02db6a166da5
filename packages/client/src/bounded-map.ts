/** A map that forgets what was set longest ago once it is full. */
export class BoundedMap<TKey, TValue> extends Map<TKey, TValue> {
  readonly #limit: number

  constructor(limit: number) {
    super()
    this.#limit = limit
  }

  override set(key: TKey, value: TValue): this {
    this.delete(key)
    super.set(key, value)
    if (this.size > this.#limit) {
      const [oldest] = this.keys()
      this.delete(oldest as TKey)
    }
    return this
  }
}
