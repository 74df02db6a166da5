import type { ErrorCode } from '@headway/events'

/** A request that is refused, with the code and the sentence that its sender gets. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
