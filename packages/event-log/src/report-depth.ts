/**
 * Deepest nesting of a value in a report, in levels. JSON of any depth can be read, and not be written again: what writes it is recursive,
 * here and in Postgres.
 */
export const REPORT_VALUE_MAX_DEPTH = 200

/** Whether a value of JSON is nested too deep for a report. Walks without recursion, since depth is what it guards against. */
export function isTooDeepForReport(value: unknown): boolean {
  const open: [value: unknown, depth: number][] = [[value, 1]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [current, depth] = next
    if (typeof current !== 'object' || current === null) continue
    if (depth > REPORT_VALUE_MAX_DEPTH) return true
    for (const child of Object.values(current)) open.push([child, depth + 1])
  }
  return false
}
