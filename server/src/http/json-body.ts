import { isUtf8 } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import express, { type Request, type RequestHandler } from 'express'
import { HttpError } from './http-error.ts'
import { jsonProblem } from './json-problem.ts'

/** Largest body, in bytes. Four times a message, since inputs stay in the job and are named by a pointer. */
export const BODY_MAX_BYTES = 262_144

const JSON_CONTENT_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i

/**
 * Reads a JSON body: as `application/json` in UTF-8 and not compressed, since a kilobyte can unpack to a gigabyte.
 * A body that an application before us has parsed already is taken as it is.
 */
export function readJsonBody({ maxBytes = BODY_MAX_BYTES } = {}): RequestHandler[] {
  const readBytes = express.raw({ type: isJson, limit: maxBytes, inflate: false })
  return [readBytes, parseBody]
}

const parseBody: RequestHandler = (request, _response, next) => {
  if (Buffer.isBuffer(request.body)) request.body = parseJson(request.body)
  else if (request.body === undefined && hasBody(request)) {
    throw new HttpError('bad_request', 'The body must have the Content-Type application/json.', {
      status: 415,
    })
  }
  const problem = jsonProblem(request.body)
  if (problem) throw new HttpError('bad_request', problem)
  next()
}

function parseJson(bytes: Buffer): unknown {
  if (bytes.length === 0) return undefined
  if (!isUtf8(bytes)) throw new HttpError('bad_request', 'The body is not valid UTF-8.')
  try {
    return JSON.parse(bytes.toString())
  } catch {
    throw new HttpError('bad_request', 'The body is not valid JSON.')
  }
}

function isJson(request: IncomingMessage): boolean {
  return JSON_CONTENT_TYPE.test(request.headers['content-type'] ?? '')
}

function hasBody({ headers }: Request): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
}
