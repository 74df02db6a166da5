import type { ErrorCode } from '@headway/events'

/** A call that the server answered with an error, or could not answer (`unavailable`). */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
