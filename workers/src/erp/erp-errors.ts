import { FinalError, RetryableError } from '../errors.ts'

/** The ERP did not answer, or not with what it should: another attempt may find it well. */
export function erpUnavailable(message: string, cause?: unknown): RetryableError {
  return new RetryableError(message, { code: 'erp_unavailable', cause })
}

/** The ERP does not take what it was given, in its own sentences: the same again is no help. */
export function erpRejected(faults: readonly string[]): FinalError {
  return new FinalError(`The ERP does not take it: ${faults.join(' ')}`, { code: 'erp_rejected' })
}
