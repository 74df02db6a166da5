import type { RedisClient } from './redis-client.ts'
import type { ReportOptions } from './report-options.ts'
import { sendReport } from './send-report.ts'

/** Longest message that is kept and sent. */
const MESSAGE_MAX_LENGTH = 4_000

const CODE = /^[a-z_]{1,64}$/

export interface ErrorOptions extends ReportOptions {
  /** Stable word for programs, in lower case and underscores. @default 'operation_failed' */
  code?: string
}

/**
 * Reports that an attempt has failed. A retryable failure goes back to the queue, later and as often as the operation
 * allows, and then goes on behind the last checkpoint; any other ends the job with JOB_FAILED.
 *
 * @param message for the job's owner to read
 * @throws ReportsFullError; RangeError for a code that is none
 */
export async function publishJobError(
  redis: RedisClient,
  jobId: string,
  userId: string,
  message: string,
  retryable: boolean,
  { code, ...options }: ErrorOptions = {},
): Promise<{ reportId: string }> {
  if (code !== undefined && !CODE.test(code)) {
    throw new RangeError(
      `The code of the error of job ${jobId} is ${code}. Use lower-case letters and underscores, 64 at most.`,
    )
  }
  const report = {
    kind: 'error',
    jobId,
    userId,
    message: message.slice(0, MESSAGE_MAX_LENGTH),
    retryable: retryable ? '1' : '0',
    ...(code !== undefined && { code }),
  }
  return sendReport(redis, report, options)
}
