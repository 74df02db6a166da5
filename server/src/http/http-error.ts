import { ERROR_STATUSES, type ErrorCode } from '@headway/events'

/** One thing that is wrong with a request. */
export interface FieldError {
  /** Where, as a JSON Pointer in the form of a URI fragment: `#/viewport/width`. For a query or header: its name. */
  pointer: string
  detail: string
}

export interface HttpErrorOptions {
  /** Where the code's usual status does not fit. */
  status?: number
  errors?: FieldError[]
  /** What else programs are told, beside the members that every problem has. */
  members?: Record<string, unknown>
  headers?: Record<string, string>
  cause?: unknown
}

/** An answer other than the one that was asked for. The message is shown to the client: no value of a request in it. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly code: ErrorCode
  readonly status: number
  readonly errors: FieldError[] | undefined
  readonly members: Record<string, unknown> | undefined
  readonly headers: Record<string, string>

  constructor(code: ErrorCode, detail: string, options: HttpErrorOptions = {}) {
    super(detail, { cause: options.cause })
    this.code = code
    this.status = options.status ?? ERROR_STATUSES[code]
    this.errors = options.errors
    this.members = options.members
    this.headers = options.headers ?? {}
  }
}

/** The same answer for what does not exist and for what belongs to someone else. */
export function notFound(what: string): HttpError {
  return new HttpError('not_found', `There is no such ${what}.`)
}
