export type ByteRange =
  /** The whole: no range was asked for, or in a form that may be ignored (other units, several ranges, nonsense). */
  | { outcome: 'whole' }
  /** `first` and `last` are both part of it. */
  | { outcome: 'part'; first: number; last: number }
  | { outcome: 'unsatisfiable' }

/** Reads a `Range` header (RFC 9110, 14.2) for `length` bytes that there are now. */
export function parseByteRange(header: string | undefined, length: number): ByteRange {
  const [, from, to] = /^bytes=(\d{0,15})-(\d{0,15})$/i.exec(header?.trim() ?? '') ?? []
  if (from === undefined || to === undefined || (from === '' && to === '')) return { outcome: 'whole' }
  if (from === '') return suffix(Number(to), length)
  const first = Number(from)
  const last = to === '' ? length - 1 : Math.min(Number(to), length - 1)
  if (to !== '' && Number(to) < first) return { outcome: 'whole' }
  return first < length ? { outcome: 'part', first, last } : { outcome: 'unsatisfiable' }
}

/** `bytes=-500`: the last 500. */
function suffix(count: number, length: number): ByteRange {
  if (count === 0 || length === 0) return { outcome: 'unsatisfiable' }
  return { outcome: 'part', first: Math.max(0, length - count), last: length - 1 }
}
