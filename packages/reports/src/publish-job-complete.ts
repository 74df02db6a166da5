import type { RedisClient } from './redis-client.ts'
import type { ReportOptions } from './report-options.ts'
import { reportValue, sendReport } from './send-report.ts'

/**
 * Reports that a job is done. A server stores its text, commits its end and sends JOB_COMPLETED, if the attempt still has the
 * job. Wait for the chunks before: text that comes later is refused.
 *
 * @param durationMs not a number is as if it was not given: then it is the time since the job was started
 * @param result at most 1 MiB of JSON; where it is too large for a message, the message says where to read it
 * @throws ReportTooLargeError, ReportsFullError
 */
export async function publishJobComplete(
  redis: RedisClient,
  jobId: string,
  userId: string,
  result: unknown,
  durationMs: number,
  options: ReportOptions = {},
): Promise<{ reportId: string }> {
  const value = reportValue(jobId, 'result', result)
  const duration = Number.isFinite(durationMs) && { durationMs: String(Math.max(0, Math.round(durationMs))) }
  return sendReport(redis, { kind: 'complete', jobId, userId, result: value, ...duration }, options)
}
