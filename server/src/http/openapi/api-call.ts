import type { ErrorCode } from '@headway/events'
import type { z } from 'zod'
import type { AnswerHeader, RequestHeader } from './headers.ts'
import type { ComponentName } from './components.ts'
import type { Tag } from './tags.ts'

/**
 * Who may make a call: everybody, a user with a token, one whose token may also be in the address, or whoever has the token of the
 * metrics.
 */
export type Access = 'public' | 'user' | 'user-by-address' | 'scraper'

/** A call as its description is made of it. What it takes is given by the schemas that the route checks with. */
export interface ApiCall {
  method: 'get' | 'post' | 'patch' | 'delete'
  /** With each parameter in braces. */
  path: string
  operationId: string
  tag: Tag
  summary: string
  description?: string
  access: Access
  query?: z.ZodObject
  headers?: readonly RequestHeader[]
  body?: CallBody
  /** By status. */
  answers: Record<number, CallAnswer>
  /** Beside what the access and the body bring with them; see `refusals.ts`. */
  refusals?: readonly Refusal[]
}

/** JSON unless it is a file, which may be of any kind. The example is what one can send as it is. */
export type CallBody = { schema: ComponentName; isOptional?: boolean; example?: unknown } | 'file'

export interface CallAnswer {
  description: string
  /** Of a JSON body. */
  schema?: ComponentName
  /** Of a body that is no JSON. */
  contentType?: string
  headers?: readonly AnswerHeader[]
}

export interface Refusal {
  code: ErrorCode
  /** Where the code's usual one does not fit. */
  status?: number
  /** When it happens, where the code does not say it all. */
  when?: string
  /** Of a problem that says more than others. */
  schema?: ComponentName
}
