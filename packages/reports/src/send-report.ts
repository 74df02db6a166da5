import { randomUUID } from 'node:crypto'
import { isTooDeepForReport, REPORT_VALUE_MAX_BYTES, REPORT_VALUE_MAX_DEPTH } from '@headway/event-log'
import { ReportTooLargeError } from './errors.ts'
import { partsOf, type RedisClient } from './redis-client.ts'
import type { ReportOptions } from './report-options.ts'

/** Version of the entries, as docs/reports.md describes them. */
const VERSION = '1'

/** Adds a report to the stream that the servers read. A call that is sent again is told by the report's id. */
export async function sendReport(
  redis: RedisClient,
  report: { kind: string; jobId: string; userId: string } & Readonly<Record<string, string>>,
  { attempt }: ReportOptions,
): Promise<{ reportId: string }> {
  const { eventLog, reports } = partsOf(redis)
  const writer = attempt ?? (await eventLog.newestAttempt(report.jobId))
  if (writer !== undefined && !(Number.isInteger(writer) && writer >= 0)) {
    throw new RangeError(
      `The attempt of job ${report.jobId} is ${writer}. Give the number that came with the job, or none.`,
    )
  }
  const reportId = randomUUID()
  await reports.add({
    v: VERSION,
    id: reportId,
    ...report,
    ...(writer !== undefined && { attempt: String(writer) }),
  })
  return { reportId }
}

/**
 * A value as a report carries it; nothing is null.
 *
 * @throws ReportTooLargeError; RangeError where it is nested too deep
 */
export function reportValue(jobId: string, what: string, value: unknown): string {
  const json = JSON.stringify(value ?? null) ?? 'null'
  const bytes = Buffer.byteLength(json)
  if (bytes > REPORT_VALUE_MAX_BYTES) throw new ReportTooLargeError(jobId, what, bytes)
  if (isTooDeepForReport(JSON.parse(json))) {
    throw new RangeError(
      `The ${what} of job ${jobId} is nested deeper than ${REPORT_VALUE_MAX_DEPTH} levels. Report it in a flatter form.`,
    )
  }
  return json
}
