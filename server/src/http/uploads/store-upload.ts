import { ArtifactTooLargeError, type JobEngine } from '@headway/jobs'
import type { Request, RequestHandler } from 'express'
import { z } from 'zod'
import { userIdOf } from '../authenticate.ts'
import { allowLongBody } from '../body-time.ts'
import { HttpError } from '../http-error.ts'
import { parseQuery } from '../parse-query.ts'
import type { UploadLimits } from './upload-limits.ts'

const NAME_MAX_LENGTH = 200
const CONTENT_TYPE = /^[\w.+-]{1,100}\/[\w.+-]{1,100}$/

/** What comes with a file beside its bytes. */
export const uploadQuery = z.strictObject({
  name: z
    .string()
    // oxlint-disable-next-line no-control-regex -- control characters are what it is about
    .regex(/^[^\u0000-\u001F\u007F]{1,200}$/, {
      error: `must have 1 to ${NAME_MAX_LENGTH} characters, and none that controls a terminal`,
    })
    .meta({ examples: ['orders.csv'] }),
})

/** `POST /uploads?name=…`: the body is the file, whatever it is, stored as it comes. */
export function storeUpload(engine: JobEngine, limits: UploadLimits): RequestHandler {
  return async (request, response) => {
    const { name } = parseQuery(uploadQuery, request)
    const contentType = contentTypeOf(request)
    refuseBody(request, contentType, limits)
    allowLongBody(request)
    const { maxBytes, maxUnused } = limits
    const stored = await engine.uploads
      .store({
        userId: userIdOf(response),
        name,
        contentType,
        // A refused body is read on by nobody, but its connection must stay for the answer.
        source: request.iterator({ destroyOnReturn: false }),
        maxBytes,
        maxUnused,
      })
      .catch((error: unknown) => {
        if (error instanceof ArtifactTooLargeError) throw tooLarge(limits)
        // Its sender has gone: no failure of ours, and nobody is there to be told.
        if (request.errored) throw new HttpError('bad_request', 'The file broke off.', { cause: error })
        throw error
      })
    if (stored.outcome === 'too_many') {
      throw new HttpError(
        'limit_exceeded',
        `You have ${maxUnused} uploads that no job has, the most that are allowed. Start their jobs, or wait until they expire.`,
      )
    }
    response.status(201).json({ ...stored.upload, expiresAt: stored.expiresAt.toISOString() })
  }
}

/** What is known before the first byte. */
function refuseBody(request: Request, contentType: string, limits: UploadLimits): void {
  if (contentType === 'multipart/form-data') {
    throw new HttpError(
      'bad_request',
      'The body is a form with the file in it. Send the file itself as the body, as `curl --data-binary @orders.csv` does, with its own Content-Type.',
      { status: 415 },
    )
  }
  if (Number(request.get('content-length') ?? 0) > limits.maxBytes) throw tooLarge(limits)
  if (request.get('content-encoding') !== undefined) {
    throw new HttpError('bad_request', 'The file must be sent as it is, without Content-Encoding.', {
      status: 415,
    })
  }
}

function contentTypeOf(request: Request): string {
  const [type = ''] = (request.get('content-type') ?? '').toLowerCase().split(';', 1)
  const named = type.trim()
  // What curl says of every body that it was told nothing about; a file is never one.
  if (named === 'application/x-www-form-urlencoded') return 'application/octet-stream'
  return CONTENT_TYPE.test(named) ? named : 'application/octet-stream'
}

function tooLarge({ maxBytes }: UploadLimits): HttpError {
  return new HttpError(
    'payload_too_large',
    `The file has more than the ${maxBytes} bytes that one may have. See GET /api/limits.`,
  )
}
