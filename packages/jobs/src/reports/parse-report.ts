import { isTooDeepForReport, REPORT_VALUE_MAX_BYTES, REPORT_VALUE_MAX_DEPTH } from '@headway/event-log'
import { JOB_ID_PATTERN, USER_ID_PATTERN } from '@headway/events'

interface ReportOrigin {
  /** A report that is there twice has the same. */
  reportId: string
  jobId: string
  userId: string
  /** Undefined: whichever attempt runs the job when the report is handled. */
  attempt: number | undefined
}

export interface CheckpointReport extends ReportOrigin {
  kind: 'checkpoint'
  step: string
  data: unknown
  /** Length of the text when the step was done, in bytes; undefined: as it is when the report is handled. */
  textEnd: number | undefined
}

export interface CompleteReport extends ReportOrigin {
  kind: 'complete'
  result: unknown
  durationMs: number | undefined
}

export interface ErrorReport extends ReportOrigin {
  kind: 'error'
  message: string
  code: string
  retryable: boolean
}

export interface ProgressReport extends ReportOrigin {
  kind: 'progress'
  /** 0 to 100. */
  progress: number
  label: string
}

export interface ChunkReport extends ReportOrigin {
  kind: 'chunk'
  text: string
}

/** What a worker that is not ours says of its job, as docs/reports.md describes it. */
export type Report = CheckpointReport | CompleteReport | ErrorReport | ProgressReport | ChunkReport

/** The fields do not make a report. The message names the field, and never its value. */
export class MalformedReportError extends Error {
  override readonly name = 'MalformedReportError'
  readonly code = 'bad_request'
}

type Fields = Readonly<Record<string, string>>

const STEP_NAME_MAX_LENGTH = 200
const ID_MAX_LENGTH = 200
const LABEL_MAX_LENGTH = 500
/** Most text in one report, in bytes. */
const CHUNK_MAX_BYTES = 65_536
const BOOLEANS: Record<string, boolean> = { 1: true, true: true, 0: false, false: false }

/**
 * Reads an entry of the stream.
 *
 * @param entryId names the report where it does not name itself
 * @throws MalformedReportError
 */
export function parseReport(fields: Fields, entryId: string): Report {
  requireThat(fields['v'] === '1', 'v is not 1: this server knows no other version')
  const { id: reportId = entryId, jobId = '', userId = '' } = fields
  requireThat(reportId.length <= ID_MAX_LENGTH, `id has more than ${ID_MAX_LENGTH} characters`)
  requireThat(JOB_ID_PATTERN.test(jobId), 'jobId is not the id of a job')
  requireThat(USER_ID_PATTERN.test(userId), 'userId is not the id of a user')
  const origin = { reportId, jobId, userId, attempt: wholeNumber(fields, 'attempt') }
  switch (fields['kind'] ?? '') {
    case 'checkpoint':
      return { kind: 'checkpoint', ...origin, ...checkpointOf(fields) }
    case 'complete':
      return {
        kind: 'complete',
        ...origin,
        result: json(fields, 'result'),
        durationMs: wholeNumber(fields, 'durationMs'),
      }
    case 'error':
      return { kind: 'error', ...origin, ...errorOf(fields) }
    case 'progress':
      return { kind: 'progress', ...origin, ...progressOf(fields) }
    case 'chunk':
      return { kind: 'chunk', ...origin, text: textOf(fields) }
    default:
      throw new MalformedReportError('kind is none of progress, chunk, checkpoint, complete, error')
  }
}

function checkpointOf(fields: Fields) {
  const { step = '' } = fields
  requireThat(
    step.length > 0 && step.length <= STEP_NAME_MAX_LENGTH,
    `step has not 1 to ${STEP_NAME_MAX_LENGTH} characters`,
  )
  return { step, data: json(fields, 'data'), textEnd: wholeNumber(fields, 'textEnd') }
}

function errorOf({ message, retryable = '', code = 'operation_failed' }: Fields) {
  requireThat(message !== undefined, 'message is missing')
  const isRetryable = BOOLEANS[retryable]
  requireThat(isRetryable !== undefined, 'retryable is neither 1 nor 0')
  requireThat(/^[a-z_]{1,64}$/.test(code), 'code is not a word of lower-case letters and underscores')
  return { message, code, retryable: isRetryable }
}

function progressOf({ progress = '', label = '' }: Fields) {
  requireThat(/^\d{1,3}(?:\.\d{1,20})?$/.test(progress), 'progress is not a number from 0 to 100')
  requireThat(Number(progress) <= 100, 'progress is not a number from 0 to 100')
  return { progress: Math.round(Number(progress) * 100) / 100, label: label.slice(0, LABEL_MAX_LENGTH) }
}

function textOf({ text = '' }: Fields): string {
  requireThat(Buffer.byteLength(text) <= CHUNK_MAX_BYTES, `text has more than ${CHUNK_MAX_BYTES} bytes`)
  return text
}

function json(fields: Fields, name: string): unknown {
  const text = fields[name] ?? 'null'
  requireThat(
    Buffer.byteLength(text) <= REPORT_VALUE_MAX_BYTES,
    `${name} has more than ${REPORT_VALUE_MAX_BYTES} bytes`,
  )
  const value = parseJson(text, name)
  requireThat(!isTooDeepForReport(value), `${name} is nested deeper than ${REPORT_VALUE_MAX_DEPTH} levels`)
  return value
}

function parseJson(text: string, name: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new MalformedReportError(`${name} is not JSON`)
  }
}

function wholeNumber(fields: Fields, name: string): number | undefined {
  const text = fields[name]
  if (text === undefined) return undefined
  requireThat(/^\d{1,10}$/.test(text), `${name} is not a whole number`)
  return Number(text)
}

function requireThat(holds: boolean, problem: string): asserts holds {
  if (!holds) throw new MalformedReportError(problem)
}
