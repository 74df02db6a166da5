/** What an operation says about an error that it throws itself. */
export interface OperationErrorOptions {
  /** Stable word for programs, in the JOB_FAILED message: 1 to 64 letters, digits, underscores, dots, colons and dashes. */
  code?: string
  cause?: unknown
}

/**
 * Thrown by an operation that is worth another attempt. Any error that says nothing of itself is tried again as
 * well; this one may name the earliest time.
 */
export class RetryableError extends Error {
  override readonly name: string = 'RetryableError'
  readonly code: string
  /** The next attempt starts no earlier than this many milliseconds from now; 30 days at most. */
  readonly retryAfterMs: number | undefined

  constructor(message: string, options: OperationErrorOptions & { retryAfterMs?: number } = {}) {
    super(message, { cause: options.cause })
    this.code = options.code ?? 'operation_failed'
    this.retryAfterMs = options.retryAfterMs
  }
}

/** Thrown by an operation when the same input can only fail again: the job ends at once, and a resume is no help. */
export class FinalError extends Error {
  override readonly name: string = 'FinalError'
  readonly code: string

  constructor(message: string, options: OperationErrorOptions = {}) {
    super(message, { cause: options.cause })
    this.code = options.code ?? 'operation_failed'
  }
}
