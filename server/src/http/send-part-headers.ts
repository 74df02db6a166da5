import type { Request, Response } from 'express'
import { parseByteRange } from './byte-range.ts'
import { HttpError } from './http-error.ts'

export interface PartialAnswer {
  /** Bytes of the whole, as it is now. */
  length: number
  /** For what may become another whole: a range that was asked for with `If-Range` is one of this. */
  etag?: string
  /** For the message: `text`. */
  what: string
}

/**
 * Begins the answer to a request that may name a range: its status and the headers of its length. Answers the part to send, or undefined for
 * the whole.
 *
 * @throws HttpError with status 416
 */
export function sendPartHeaders(
  request: Request,
  response: Response,
  { length, etag, what }: PartialAnswer,
): { first: number; last: number } | undefined {
  const condition = request.get('if-range')
  const isSame = condition === undefined || condition === etag
  const range = parseByteRange(isSame ? request.get('range') : undefined, length)
  if (range.outcome === 'unsatisfiable') {
    throw new HttpError('bad_request', `The ${what} has ${length} bytes; the range begins behind them.`, {
      status: 416,
      headers: { 'Content-Range': `bytes */${length}`, 'Accept-Ranges': 'bytes' },
    })
  }
  response.set('Accept-Ranges', 'bytes')
  if (range.outcome === 'whole') {
    response.set('Content-Length', String(length))
    return undefined
  }
  const { first, last } = range
  response.status(206).set('Content-Range', `bytes ${first}-${last}/${length}`)
  response.set('Content-Length', String(last - first + 1))
  return { first, last }
}
