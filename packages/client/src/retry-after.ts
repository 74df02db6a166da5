/** A `Retry-After` header in milliseconds, whether it says seconds or a date; undefined where it says neither. */
export function parseRetryAfter(value: string | null, now: number): number | undefined {
  if (value === null) return undefined
  const seconds = Number(value)
  const retryAfterMs = Number.isNaN(seconds) ? Date.parse(value) - now : seconds * 1_000
  return retryAfterMs >= 0 ? retryAfterMs : undefined
}
