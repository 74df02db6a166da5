import { partsOf, type RedisClient } from './redis-client.ts'
import type { ReportOptions } from './report-options.ts'
import { reportValue, sendReport } from './send-report.ts'

const STEP_NAME_MAX_LENGTH = 200

/**
 * Reports that a step is done: a later attempt goes on behind it, with `data` (at most 1 MiB of JSON), and with the text as it is now. A
 * server commits it and sends JOB_STEP and JOB_CHECKPOINT; from then on {@link readJobCheckpoint} answers it.
 *
 * @param step 1 to 200 characters; a step that is reported again is the newest one again
 * @throws ReportTooLargeError, ReportsFullError; RangeError for a name that is none
 */
export async function publishJobCheckpoint(
  redis: RedisClient,
  jobId: string,
  userId: string,
  step: string,
  data: unknown,
  options: ReportOptions = {},
): Promise<{ reportId: string }> {
  if (step.length === 0 || step.length > STEP_NAME_MAX_LENGTH) {
    throw new RangeError(
      `A step of job ${jobId} has a name of ${step.length} characters. Give it 1 to ${STEP_NAME_MAX_LENGTH} characters.`,
    )
  }
  const value = reportValue(jobId, 'checkpoint', data)
  const textEnd = String(await partsOf(redis).textLog.end(jobId))
  return sendReport(redis, { kind: 'checkpoint', jobId, userId, step, data: value, textEnd }, options)
}
