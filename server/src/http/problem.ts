import { STATUS_CODES } from 'node:http'
import { ERROR_CODES } from '@headway/events'
import { z } from 'zod'
import type { HttpError } from './http-error.ts'

export const PROBLEM_CONTENT_TYPE = 'application/problem+json'

const fieldErrorSchema = z.object({
  pointer: z.string().meta({
    description: 'Where, as a JSON Pointer in the form of a URI fragment; for a query or header its name.',
  }),
  detail: z.string(),
})

/** The body of every error, as in RFC 9457. Clients decide by `code`; people read `detail`. */
export const problemSchema = z
  .object({
    type: z.string().meta({ description: 'Names the kind of problem; made of the code.' }),
    title: z.string(),
    status: z.int().min(400).max(599),
    detail: z.string(),
    code: z.enum(ERROR_CODES),
    instance: z.string().optional().meta({ description: 'Names this occurrence; made of the request id.' }),
    requestId: z.string().optional(),
    errors: z
      .array(fieldErrorSchema)
      .optional()
      .meta({ description: 'What is wrong with the request, and where.' }),
  })
  .meta({ description: 'Every error, as in RFC 9457. Programs decide by `code`; people read `detail`.' })

type Problem = z.infer<typeof problemSchema>

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
