import type { ErrorCode } from '@headway/events'

/** A request that is refused, with the code and the sentence that its sender gets. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: ErrorCode
  /** When to ask again, in milliseconds, where that can be told. */
  readonly retryAfterMs: number | undefined

  constructor(code: ErrorCode, message: string, options: { retryAfterMs?: number } = {}) {
    super(message)
    this.code = code
    this.retryAfterMs = options.retryAfterMs
  }
}
