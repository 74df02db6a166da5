import type { Request } from 'express'
import type { z } from 'zod'
import { HttpError } from './http-error.ts'

/**
 * Reads the query by a schema.
 *
 * @throws {HttpError} `bad_request` that names each parameter which will not do, never its value
 */
export function parseQuery<TSchema extends z.ZodType>(schema: TSchema, request: Request): z.infer<TSchema> {
  const parsed = schema.safeParse({ ...request.query })
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

function detailOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}`
  // The schema speaks for itself where it has something to say.
  if (issue.code === 'invalid_format' && issue.message.startsWith('Invalid')) {
    return `must match ${issue.pattern ?? issue.format}`
  }
  if (issue.code === 'invalid_type') return 'must be given once'
  return issue.message
}

function describe({ pointer, detail }: { pointer: string; detail: string }): string {
  return `${pointer === '?' ? 'it' : `"${pointer}"`} ${detail}`
}
