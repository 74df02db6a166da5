import type { RequestHandler } from 'express'
import { hasVersion } from '../entity-tag.ts'
import type { Rendering } from './api-description.ts'

/** `GET /openapi.json` and `GET /docs`, to everybody. Operations come and go, so a client asks each time and is mostly told that it has it. */
export function serveDescription(describe: () => Promise<Rendering>, contentType: string): RequestHandler {
  return async (request, response) => {
    const { text, etag } = await describe()
    response.set({ ETag: etag, 'Cache-Control': 'no-cache' })
    if (hasVersion(request, etag)) response.status(304).end()
    else response.set('Content-Type', contentType).send(text)
  }
}
