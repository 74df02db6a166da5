import type { Ack, ErrorCode } from '@headway/events'

/** A call that the server answered with an error, or could not answer (`unavailable`). */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** True for a {@link RequestError}, also one from another copy of this package. */
export function isRequestError(error: unknown): error is RequestError {
  return error instanceof Error && error.name === 'RequestError' && 'code' in error
}

/** The acknowledgement's result; throws its error. */
export function resultOf<TResult extends object>(ack: Ack<TResult>): TResult {
  if (ack.ok) return ack
  const { code, message } = ack.error
  throw new RequestError(code, message)
}
