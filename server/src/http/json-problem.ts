/** Deeper than any input of ours; what walks the value later may be recursive. */
export const JSON_MAX_DEPTH = 64

/**
 * Says why a parsed value must not go further, or undefined: nested too deep, keys that poison prototypes when they
 * are copied, or text that Postgres can't keep. Walks without recursion, since depth is what it guards against.
 *
 * @param what how the sentence names the value
 */
export function jsonProblem(value: unknown, what = 'The body'): string | undefined {
  const open: [value: unknown, depth: number][] = [[value, 1]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [current, depth] = next
    if (typeof current === 'string' && !isStorable(current))
      return `${what} has text with a NUL character or half of a surrogate pair.`
    if (typeof current !== 'object' || current === null) continue
    if (depth > JSON_MAX_DEPTH) return `${what} is nested deeper than ${JSON_MAX_DEPTH} levels.`
    for (const [key, child] of Object.entries(current)) {
      if (!isStorable(key)) return `${what} has text with a NUL character or half of a surrogate pair.`
      if (isPoisonous(key, child))
        return `${what} has a key that is not allowed: __proto__ or constructor.prototype.`
      open.push([child, depth + 1])
    }
  }
  return undefined
}

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}

function isPoisonous(key: string, child: unknown): boolean {
  if (key === '__proto__') return true
  return (
    key === 'constructor' && typeof child === 'object' && child !== null && Object.hasOwn(child, 'prototype')
  )
}
