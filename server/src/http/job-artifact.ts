import { JOB_ID_PATTERN } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { userIdOf } from './authenticate.ts'
import { hasVersion } from './entity-tag.ts'
import { notFound } from './http-error.ts'
import { jobIdOf } from './job-id.ts'
import { sendPartHeaders } from './send-part-headers.ts'
import { sendStream } from './send-stream.ts'

/** Shown by a browser without running anything in it. All else is offered as a download. */
const PASSIVE_TYPES = new Set([
  'image/png',
  'image/jpeg',
  'image/gif',
  'image/webp',
  'image/avif',
  'application/pdf',
  'application/json',
  'text/plain',
  'text/markdown',
  'text/csv',
])

/** How a path names an artifact. */
export const artifactIdParameter = z.string().regex(JOB_ID_PATTERN)

/**
 * `GET /jobs/:jobId/artifacts/:artifactId`, to the job's user alone: the whole, or a part of it. A later artifact of the same name has the same
 * address and another `ETag`, so a browser asks each time and is mostly told that it has it.
 */
export function jobArtifact(engine: JobEngine): RequestHandler {
  return async (request, response) => {
    const artifactId = artifactIdParameter.safeParse(request.params['artifactId'])
    if (!artifactId.success) throw notFound('artifact')
    const jobId = jobIdOf(request, 'artifact')
    const artifact = await engine.artifacts.find(userIdOf(response), jobId, artifactId.data)
    if (artifact === undefined) throw notFound('artifact')
    const etag = `"${artifact.key.split('/').at(-1)}"`
    response.set({
      ...artifactHeaders(artifact),
      ETag: etag,
      'Cache-Control': 'private, no-cache',
    })
    if (hasVersion(request, etag)) {
      response.status(304).end()
      return
    }
    const part = sendPartHeaders(request, response, { length: artifact.size, etag, what: 'artifact' })
    if (request.method === 'HEAD') response.end()
    else await sendStream(await engine.artifacts.stream(artifact.key, part), response)
  }
}

/** A page can have made the artifact, so it is a stranger's file: nothing in it may run as a part of this site. */
export function artifactHeaders({
  name,
  contentType,
}: {
  name: string
  contentType: string
}): Record<string, string> {
  const mediaType = contentType.split(';', 1)[0]!.trim().toLowerCase()
  const isPassive = PASSIVE_TYPES.has(mediaType)
  return {
    'Content-Type': isPassive ? withCharset(mediaType) : 'application/octet-stream',
    'Content-Disposition': `${isPassive ? 'inline' : 'attachment'}; filename*=UTF-8''${encodeName(name)}`,
    'X-Content-Type-Options': 'nosniff',
    // A sandbox keeps browsers from opening their PDF viewer, which runs no script of the page's origin anyway.
    'Content-Security-Policy':
      mediaType === 'application/pdf'
        ? "default-src 'none'; object-src 'self'"
        : "default-src 'none'; sandbox",
    // Asked for by the src of a picture on a page of another origin; the token in the address is the permission.
    'Cross-Origin-Resource-Policy': 'cross-origin',
  }
}

function withCharset(mediaType: string): string {
  return mediaType.startsWith('text/') ? `${mediaType}; charset=utf-8` : mediaType
}

/** As RFC 8187 wants it: a name holds quotes, line breaks or any script, and none of it ends the header. */
function encodeName(name: string): string {
  return encodeURIComponent(name.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
}
