import { PLAIN_WORDS } from '@headway/jobs'
import type { Request } from 'express'
import type { z } from 'zod'
import { HttpError } from './http-error.ts'

/**
 * Reads the query by a schema.
 *
 * @throws {HttpError} `bad_request` that names each parameter which will not do, never its value
 */
export function parseQuery<TSchema extends z.ZodType>(schema: TSchema, request: Request): z.infer<TSchema> {
  const parsed = schema.safeParse({ ...request.query }, PLAIN_WORDS)
  if (parsed.success) return parsed.data
  const errors = parsed.error.issues.flatMap((issue) =>
    issue.code === 'unrecognized_keys'
      ? [{ pointer: '?', detail: 'has a parameter that is not known here' }]
      : [{ pointer: String(issue.path[0] ?? '?'), detail: detailOf(issue) }],
  )
  throw new HttpError('bad_request', `The query is not right: ${errors.map(describe).join('; ')}.`, {
    errors,
  })
}

/** All that a query has is text: whatever is of another kind is not there, or there more than once. */
function detailOf({ code, message }: z.core.$ZodIssue): string {
  return code === 'invalid_type' ? 'must be given once' : message
}

function describe({ pointer, detail }: { pointer: string; detail: string }): string {
  return `${pointer === '?' ? 'it' : `"${pointer}"`} ${detail}`
}
