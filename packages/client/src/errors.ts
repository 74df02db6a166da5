import type { Ack, AckError, ErrorCode } from '@headway/events'

/** What a `RequestError` carries beside its code and message. */
export interface RequestErrorOptions extends ErrorOptions {
  retryAfterMs?: number | undefined
}

/** A call that the server answered with an error, or could not answer (`unavailable`). */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: ErrorCode
  /** When to make the call again, in milliseconds, as the server said; undefined where it did not. */
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, options?: RequestErrorOptions) {
    super(message, options)
    this.code = code
    this.retryAfterMs = options?.retryAfterMs
  }
}

/** True for a {@link RequestError}, also one from another copy of this package. */
export function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && error.name === 'RequestError' && 'code' in error
}

/** The acknowledgement's result; throws its error. */
export function resultOf<TResult extends object>(ack: Ack<TResult>): TResult {
  if (ack.ok) return ack
  throw errorOf(ack)
}

export function errorOf({ error }: AckError): RequestError {
  return new RequestError(error.code, error.message, error)
}

/** What is answered in the server's place to a call that did not reach it, or whose answer did not come. */
export function unavailable(what: string): AckError {
  return { ok: false, error: { code: 'unavailable', message: `${what}. Try again once connected.` } }
}

/** Errors that the same call meets again, however often it is made. */
export function isFinal({ code }: RequestError): boolean {
  return code === 'bad_request' || code === 'unauthorized' || code === 'forbidden' || code === 'not_found'
}
