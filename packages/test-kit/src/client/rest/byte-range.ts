import { RequestError } from '../request-error.ts'

/** Part of a body that a `Range` header asks for: `bytes=5-`, `bytes=5-9`, `bytes=-3`; undefined for the whole. */
export function byteRange(
  header: string | undefined,
  length: number,
): { first: number; last: number } | undefined {
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '') ?? []
  if (from === '' && to === '') return undefined
  const first = from === '' ? Math.max(0, length - Number(to)) : Number(from)
  const last = from === '' || to === '' ? length - 1 : Math.min(Number(to), length - 1)
  if (first < length && first <= last) return { first, last }
  throw new RequestError('bad_request', `There are ${length} bytes; the range begins behind them.`, {
    status: 416,
  })
}
