import type { Request } from 'express'
import { z } from 'zod'
import { HttpError } from '../http-error.ts'

/** What a device may call itself in `X-Client-Id`. */
export const clientIdHeader = z.string().regex(/^[A-Za-z0-9._:-]{1,64}$/)

/** What a device calls itself in `X-Client-Id`, by which it knows its own messages again; undefined where it says nothing. */
export function clientIdOf(request: Request): string | undefined {
  const clientId = request.get('x-client-id')
  if (clientId === undefined || clientIdHeader.safeParse(clientId).success) return clientId
  const detail = 'must have 1 to 64 characters of A-Z, a-z, 0-9 and ._:-'
  throw new HttpError('bad_request', `The X-Client-Id ${detail}.`, {
    errors: [{ pointer: 'X-Client-Id', detail }],
  })
}
