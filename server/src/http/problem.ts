import { STATUS_CODES } from 'node:http'
import type { ErrorCode } from '@headway/events'
import type { FieldError, HttpError } from './http-error.ts'

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

/** The body of every error, as in RFC 9457. Clients decide by `code`; people read `detail`. */
export interface Problem {
  /** Names the kind of problem; made of the code. */
  type: string
  title: string
  status: number
  detail: string
  code: ErrorCode
  /** Names this occurrence; made of the request id. */
  instance?: string
  requestId?: string
  errors?: FieldError[]
}

export function toProblem(error: HttpError, requestId?: string): Problem {
  return {
    type: `urn:headway:problem:${error.code}`,
    title: STATUS_CODES[error.status] ?? 'Error',
    status: error.status,
    detail: error.message,
    code: error.code,
    ...(requestId === undefined ? {} : { instance: `urn:headway:request:${requestId}`, requestId }),
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    ...error.members,
  }
}
