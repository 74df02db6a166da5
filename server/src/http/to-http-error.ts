import { ArtifactStorageError, InvalidCursorError } from '@headway/jobs'
import { TokenError } from '../auth/token-error.ts'
import { RequestError } from '../realtime/request-error.ts'
import { TooManySnapshotReadsError } from '../snapshot-reads.ts'
import { HttpError, notFound } from './http-error.ts'
import { isOutage } from './outage.ts'

/** The single place where what a handler, a parser or the router throws becomes an answer. */
export function toHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error
  if (error instanceof TokenError) return fromTokenError(error)
  if (error instanceof RequestError) return fromRequestError(error)
  if (error instanceof InvalidCursorError) {
    return new HttpError('bad_request', error.message, {
      errors: [{ pointer: 'cursor', detail: 'is not a cursor' }],
    })
  }
  if (error instanceof TooManySnapshotReadsError) {
    return new HttpError('unavailable', error.message, {
      headers: { 'Retry-After': String(error.retryAfterSeconds) },
    })
  }
  if (isClientError(error)) return fromClientError(error)
  if (isOutage(error)) {
    const what = error instanceof ArtifactStorageError ? 'storage of files' : 'database'
    return new HttpError('unavailable', `The ${what} cannot be reached right now. Try again shortly.`, {
      headers: { 'Retry-After': '2' },
      cause: error,
    })
  }
  return new HttpError(
    'internal',
    'Something failed on the server. Its log has the details under the request id.',
    {
      cause: error,
    },
  )
}

function fromTokenError(error: TokenError): HttpError {
  const headers: Record<string, string> =
    error.code === 'unavailable'
      ? { 'Retry-After': '5' }
      : { 'WWW-Authenticate': 'Bearer realm="headway", error="invalid_token"' }
  return new HttpError(error.code, error.message, { headers, cause: error })
}

/** What REST and sockets refuse alike. */
function fromRequestError({ code, message, retryAfterMs }: RequestError): HttpError {
  if (code === 'not_found') return notFound('job')
  const headers: Record<string, string> =
    retryAfterMs === undefined ? {} : { 'Retry-After': String(Math.ceil(retryAfterMs / 1_000)) }
  return new HttpError(code, message, { headers })
}

/** What Express and its body parser throw. Their messages repeat parts of the request, so ours are used. */
interface ClientError {
  status: number
}

function isClientError(error: unknown): error is ClientError {
  if (typeof error !== 'object' || error === null || !('status' in error)) return false
  return typeof error.status === 'number' && error.status >= 400 && error.status < 500
}

function fromClientError(error: ClientError): HttpError {
  if (error.status === 413)
    return new HttpError('payload_too_large', 'The body is too large. See GET /api/limits.')
  if (error.status === 415) {
    return new HttpError('bad_request', 'The body must be sent as it is, without Content-Encoding.', {
      status: 415,
    })
  }
  return new HttpError('bad_request', 'The request is malformed: its path or body cannot be read.')
}
