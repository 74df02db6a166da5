/**
 * A line in which nobody stands behind another user's crowd. Entries of one user go in the order in which they came; among the
 * users, whoever holds the least goes first, and among those whoever's last turn is longest ago.
 */
export class FairLine<TEntry> {
  /** In the order of the users' turns. No user without an entry is in it. */
  readonly #entries = new Map<string, TEntry[]>()

  get size(): number {
    return [...this.#entries.values()].reduce((sum, { length }) => sum + length, 0)
  }

  add(userId: string, entry: TEntry): void {
    const own = this.#entries.get(userId)
    if (own) own.push(entry)
    else this.#entries.set(userId, [entry])
  }

  /** Takes an entry out that does not wait any more. */
  remove(userId: string, entry: TEntry): void {
    const own = this.#entries.get(userId) ?? []
    const place = own.indexOf(entry)
    if (place !== -1) own.splice(place, 1)
    if (own.length === 0) this.#entries.delete(userId)
  }

  /** Takes out whoever is next, if anybody waits. */
  take(heldBy: (userId: string) => number): TEntry | undefined {
    const [userId] = [...this.#entries.keys()].toSorted((a, b) => heldBy(a) - heldBy(b))
    if (userId === undefined) return undefined
    const [entry, ...rest] = this.#entries.get(userId) ?? []
    // The user's next turn comes after everybody else's.
    this.#entries.delete(userId)
    if (rest.length > 0) this.#entries.set(userId, rest)
    return entry
  }

  /** Takes out all. */
  clear(): TEntry[] {
    const entries = [...this.#entries.values()].flat()
    this.#entries.clear()
    return entries
  }
}
