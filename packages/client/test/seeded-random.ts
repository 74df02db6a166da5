/** Random numbers in [0, 1) that are the same for the same seed, so that a failing sequence can be run again. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** One of the items. */
export function pick<TItem>(random: () => number, items: readonly TItem[]): TItem {
  return items[Math.floor(random() * items.length)] as TItem
}
