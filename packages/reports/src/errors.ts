import { REPORT_VALUE_MAX_BYTES } from '@headway/event-log'

/** A result, or the data of a checkpoint, is too large for a report. Keep it in a store of your own and report where it is. */
export class ReportTooLargeError extends Error {
  override readonly name = 'ReportTooLargeError'
  readonly code = 'payload_too_large'
  readonly bytes: number

  constructor(jobId: string, what: string, bytes: number) {
    super(
      `The ${what} of job ${jobId} has ${bytes} bytes of JSON, more than the ${REPORT_VALUE_MAX_BYTES} a report may carry. ` +
        'Keep it in a store of your own and report where it is.',
    )
    this.bytes = bytes
  }
}
