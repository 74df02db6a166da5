import { ERROR_STATUSES, type ErrorCode } from '@headway/events'

/** One thing that is wrong with a request: where, as a JSON Pointer, and what. */
export interface FieldError {
  pointer: string
  detail: string
}

export interface RequestErrorOptions {
  /** Status of the HTTP answer where the usual one of the code does not fit. */
  status?: number
  errors?: readonly FieldError[]
  /** When to ask again, in milliseconds. */
  retryAfterMs?: number | undefined
}

/** A request of a client that is answered with an error, over HTTP or the socket. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: ErrorCode
  readonly status: number
  readonly errors: readonly FieldError[] | undefined
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, options: RequestErrorOptions = {}) {
    super(message)
    this.code = code
    this.status = options.status ?? ERROR_STATUSES[code]
    this.errors = options.errors
    this.retryAfterMs = options.retryAfterMs
  }
}

/** What a handler threw, as an answer: a fault of the fake itself is `internal` and says which. */
export function toRequestError(error: unknown): RequestError {
  if (error instanceof RequestError) return error
  return new RequestError('internal', `The fake server failed: ${String(error)}`)
}
