import type { ToolCall } from './round-reader.ts'

/** Calls by which their outcomes can be told apart: some endpoints leave ids out, or give one twice. */
export function withIds(calls: readonly ToolCall[], round: number): ToolCall[] {
  const ids = new Set(calls.map(({ id }) => id))
  if (ids.size === calls.length && !ids.has('')) return [...calls]
  // Nine letters and digits: there are endpoints that take no others.
  return calls.map((call, index) => ({ ...call, id: `r${padded(round, 3)}c${padded(index + 1, 4)}` }))
}

function padded(number: number, digits: number): string {
  return String(number).padStart(digits, '0')
}
