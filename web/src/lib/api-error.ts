import { ERROR_CODES, type ErrorCode } from '@headway/events'

/** Why a call failed: one of the protocol's codes, or `unreachable` when no answer came at all. */
export type ApiErrorCode = ErrorCode | 'unreachable'

/** A field of the request that the server refused; `path` names it with dots, as in `viewport.width`. */
export interface RefusedField {
  path: string
  message: string
}

/** A REST call that did not succeed. The message is written for the person in front of the page. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly code: ApiErrorCode
  /** HTTP status; 0 when no answer came. */
  readonly status: number
  readonly refusedFields: readonly RefusedField[]
  /** Names the request in the server's log. */
  readonly requestId: string | undefined

  constructor(options: {
    code: ApiErrorCode
    message: string
    status: number
    refusedFields?: readonly RefusedField[]
    requestId?: string | undefined
    cause?: unknown
  }) {
    super(options.message, { cause: options.cause })
    this.code = options.code
    this.status = options.status
    this.refusedFields = options.refusedFields ?? []
    this.requestId = options.requestId
  }
}

/** True for a refusal of the token itself, which another attempt with the same token can't change. */
export function isTokenRefusal(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401
}

export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && error.status === 404
}

/** Reads an `application/problem+json` body; anything else becomes an error of the status alone. */
export function parseProblem(status: number, body: unknown, requestId?: string): ApiError {
  const problem = isRecord(body) ? body : {}
  const detail = firstText(problem['detail'], problem['title'])
  return new ApiError({
    code: parseCode(problem['code']) ?? codeOfStatus(status),
    message: detail ?? `The server answered with status ${status}.`,
    status,
    refusedFields: parseRefusedFields(problem['errors']),
    requestId: firstText(problem['requestId'], requestId),
  })
}

function parseCode(value: unknown): ErrorCode | undefined {
  return ERROR_CODES.find((code) => code === value)
}

function codeOfStatus(status: number): ApiErrorCode {
  if (status === 401) return 'unauthorized'
  if (status === 404) return 'not_found'
  if (status === 429) return 'rate_limited'
  // What a proxy answers while the server behind it is away.
  if (status === 502 || status === 503 || status === 504) return 'unavailable'
  return status < 500 ? 'bad_request' : 'internal'
}

function parseRefusedFields(value: unknown): RefusedField[] {
  if (!Array.isArray(value)) return []
  return value.filter(isRecord).map((entry) => ({
    path: parsePath(entry['path'] ?? entry['pointer']),
    message: firstText(entry['message'], entry['detail']) ?? 'This value was refused.',
  }))
}

/** Takes `['viewport', 'width']`, `viewport.width` and the JSON pointer `#/viewport/width`. */
function parsePath(value: unknown): string {
  if (Array.isArray(value)) return value.join('.')
  if (typeof value !== 'string') return ''
  return value.replace(/^#?\//, '').replaceAll('/', '.')
}

function firstText(...values: unknown[]): string | undefined {
  return values.find((value): value is string => typeof value === 'string' && value !== '')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
