export type EmbeddedServiceErrorCode = 'unsupported_platform' | 'start_failed' | 'in_use' | 'port_taken'

/** A service that this machine should run could not be had. The message names what to do next. */
export class EmbeddedServiceError extends Error {
  override readonly name = 'EmbeddedServiceError'
  readonly code: EmbeddedServiceErrorCode

  constructor(message: string, code: EmbeddedServiceErrorCode, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}
