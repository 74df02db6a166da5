import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import type { AccessTokens } from '../access-tokens.ts'
import type { CallFaults } from '../call-faults.ts'
import { RequestError, toRequestError } from '../request-error.ts'
import type { Wire } from '../wire.ts'
import { byteRange } from './byte-range.ts'
import { restRoutes, type RestAnswer, type RestRoutesParts } from './rest-routes.ts'

export interface RestServerParts extends RestRoutesParts {
  readonly tokens: AccessTokens
  readonly faults: CallFaults
  readonly wire: Wire
}

/** Pages of any origin may call: what is tested is theirs. */
const CORS_HEADERS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET, HEAD, POST, PATCH, DELETE',
  'access-control-allow-headers':
    'Authorization, Content-Type, Idempotency-Key, Last-Event-ID, Range, X-Client-Id, X-Request-Id',
  'access-control-expose-headers':
    'Accept-Ranges, Content-Disposition, Content-Range, Location, Retry-After, X-Request-Id',
}

/** Answers the REST calls; what a call has changed is published after its answer. */
export function restServer(
  parts: RestServerParts,
): (request: IncomingMessage, response: ServerResponse) => void {
  const routes = restRoutes(parts)

  const answerOf = (request: IncomingMessage, body: string): RestAnswer => {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://localhost')
    const matching = routes.filter(({ pattern }) => pattern.test(pathname))
    if (matching.length === 0) throw new RequestError('not_found', 'There is nothing at this address.')
    const route = matching.find(({ method }) => method === request.method)
    if (!route) {
      const methods = matching.map(({ method }) => method).join(', ')
      throw new RequestError('bad_request', `Only ${methods} can be used here.`, { status: 405 })
    }
    const token = bearerOf(request) ?? (pathname.includes('/artifacts/') ? query.get('token') : undefined)
    const { userId } = parts.tokens.verify(token)
    parts.faults.check({ userId, name: `${route.method} ${pathname}` })
    const path = (route.pattern.exec(pathname) ?? []).slice(1).map(decodeURIComponent)
    return route.answer({ userId, path, query, headers: request.headers, body: parseJson(body) })
  }

  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request)
    const answer = attempt(() => answerOf(request, body))
    const { status, headers, bytes } = toResponse(answer, request.headers.range)
    parts.wire.send(() => void response.writeHead(status, { ...CORS_HEADERS, ...headers }).end(bytes))
    parts.book.flush()
  }

  return (request, response) => {
    if (request.method === 'OPTIONS') response.writeHead(204, CORS_HEADERS).end()
    // The client has gone in the middle of its request.
    else respond(request, response).catch(() => response.destroy())
  }
}

function attempt(answer: () => RestAnswer): RestAnswer {
  try {
    return answer()
  } catch (error) {
    return problem(toRequestError(error))
  }
}

function problem({ code, status, message, errors, retryAfterMs }: RequestError): RestAnswer {
  const body = {
    type: `urn:headway:problem:${code}`,
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail: message,
    code,
    ...(errors && { errors }),
  }
  const wait = retryAfterMs !== undefined && { 'retry-after': String(Math.ceil(retryAfterMs / 1_000)) }
  return { status, body, contentType: 'application/problem+json; charset=utf-8', headers: { ...wait } }
}

interface Response {
  readonly status: number
  readonly headers: Record<string, string>
  readonly bytes: Buffer
}

function toResponse(answer: RestAnswer, range: string | undefined): Response {
  const { status = 200, body, contentType = 'application/json; charset=utf-8' } = answer
  const headers = { ...answer.headers, 'content-type': contentType }
  if (!Buffer.isBuffer(body)) return { status, headers, bytes: Buffer.from(JSON.stringify(body)) }
  try {
    const part = byteRange(range, body.length)
    if (!part) return { status, headers: { ...headers, 'accept-ranges': 'bytes' }, bytes: body }
    const contentRange = `bytes ${part.first}-${part.last}/${body.length}`
    const bytes = body.subarray(part.first, part.last + 1)
    return { status: 206, headers: { ...headers, 'content-range': contentRange }, bytes }
  } catch (error) {
    return toResponse(problem(toRequestError(error)), undefined)
  }
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1]
}

function parseJson(body: string): unknown {
  if (body === '') return undefined
  try {
    return JSON.parse(body) as unknown
  } catch {
    throw new RequestError('bad_request', 'The body is not valid JSON.')
  }
}
