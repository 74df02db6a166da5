import { z } from 'zod'
import { idempotencyKeyHeader } from '../idempotency-key.ts'
import { lastEventId } from '../last-event-id.ts'
import { clientIdHeader } from '../pending-orders/client-id.ts'

interface Header {
  schema: z.ZodType
  description: string
}

/** What calls read from the headers of a request. */
export const REQUEST_HEADERS = {
  'Idempotency-Key': {
    schema: idempotencyKeyHeader,
    description:
      'Names the request, for 24 hours: sent again with the same body it gets the first answer, and starts nothing.',
  },
  'X-Client-Id': {
    schema: clientIdHeader,
    description: 'Names the device that writes; comes back as `originId` of the messages.',
  },
  'Last-Event-ID': {
    schema: lastEventId,
    description: 'The `id` of the last event that the reader has. It goes before `?lastEventId=`.',
  },
  Range: { schema: z.string(), description: 'A part of the bytes, as in RFC 9110: `bytes=0-1023`.' },
  'If-None-Match': { schema: z.string(), description: 'The `ETag` of what the client has already.' },
} as const satisfies Record<string, Header>

/** What calls say in the headers of an answer. */
export const ANSWER_HEADERS = {
  Location: { schema: z.string(), description: 'Where the job is.' },
  'Retry-After': {
    schema: z.int().min(1),
    description: 'Seconds after which to ask again, where the server can tell.',
  },
  ETag: { schema: z.string(), description: 'Names this version of the content.' },
  'Content-Range': { schema: z.string(), description: 'Which bytes of how many these are.' },
  'Content-Disposition': { schema: z.string(), description: 'The name of the file.' },
} as const satisfies Record<string, Header>

export type RequestHeader = keyof typeof REQUEST_HEADERS
export type AnswerHeader = keyof typeof ANSWER_HEADERS
