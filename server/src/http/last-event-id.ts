import type { Request } from 'express'
import { z } from 'zod'
import { HttpError } from './http-error.ts'

/** The seq of a message, as a reader of a stream says it. */
export const lastEventId = z
  .string()
  .regex(/^\d{1,16}$/)
  .transform(Number)
  .pipe(z.int().nonnegative())

/** What a stream of events may be asked for. */
export const jobEventsQuery = z.object({ lastEventId: lastEventId.optional() })

/**
 * The last seq that a reader of a stream has. The header goes before the query: a browser that comes back sends it with the
 * address that it began with.
 *
 * @throws {HttpError} `bad_request` for what is no seq
 */
export function lastEventIdOf(request: Request): number | undefined {
  const id: unknown = request.get('last-event-id') || request.query['lastEventId'] || undefined
  const parsed = lastEventId.optional().safeParse(id)
  if (parsed.success) return parsed.data
  const detail = 'must be the id of an event: an integer from 0 to 2^53 - 1'
  throw new HttpError('bad_request', `Last-Event-ID (or ?lastEventId=) ${detail}.`, {
    errors: [{ pointer: 'lastEventId', detail }],
  })
}
