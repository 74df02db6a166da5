/** Forgets what was set first once a map holds more than `limit` entries. */
export function keepNewest<TKey>(map: Map<TKey, unknown>, limit: number): void {
  if (map.size > limit) map.delete(map.keys().next().value as TKey)
}
