import { ERROR_STATUSES, type ErrorCode } from '@headway/events'
import { PROBLEM_CONTENT_TYPE } from '../problem.ts'
import type { Access, ApiCall, Refusal } from './api-call.ts'
import { ANSWER_HEADERS } from './headers.ts'
import { jsonSchemaOf, SCHEMAS_AT, type JsonSchema } from './json-schema-of.ts'
import type { OpenApiResponse } from './openapi-document.ts'

/** When a call is refused with a code, unless the call says it better. */
const WHEN: Record<ErrorCode, string> = {
  bad_request: 'The request is not right; `errors` says what is wrong with it, and where.',
  unauthorized: 'There is no token, or it is not valid.',
  token_expired: 'The token has expired.',
  forbidden: 'The request is not allowed.',
  not_found: "There is none of that id, or it is another user's.",
  not_subscribed: 'The channel is not followed.',
  conflict: 'The state does not allow it.',
  idempotency_mismatch: 'The Idempotency-Key was used with another body.',
  unsupported_operation: 'This deployment does not run that operation.',
  url_not_allowed: 'The address must not be opened.',
  payload_too_large: 'The body is larger than `GET /api/limits` allows.',
  rate_limited: 'Too many requests in a minute; see `GET /api/limits`.',
  limit_exceeded: 'The user has as many as `GET /api/limits` allows.',
  unavailable: 'What the answer needs cannot be reached, or is too busy. Ask again shortly.',
  internal: 'Something failed on the server. Its log has the details under `requestId`.',
}

const OF_ACCESS: Record<Access, readonly ErrorCode[]> = {
  public: [],
  scraper: ['unauthorized'],
  user: ['unauthorized', 'token_expired', 'unavailable'],
  'user-by-address': ['unauthorized', 'token_expired', 'unavailable'],
}

const WRONG_TYPE: Refusal = {
  code: 'bad_request',
  status: 415,
  when: 'The body is of another Content-Type, or has a Content-Encoding.',
}

const BAD_REQUEST: Refusal = { code: 'bad_request' }

/** Every refusal that a call can give, by status, as the description has them. */
export function describeRefusals(call: ApiCall): Record<string, OpenApiResponse> {
  const byStatus = Map.groupBy(refusalsOf(call), ({ code, status }) => status ?? ERROR_STATUSES[code])
  return Object.fromEntries([...byStatus].map(([status, refusals]) => [status, describe(status, refusals)]))
}

/** What the call itself says comes first, so that of two with the same code and status its words are taken. */
function refusalsOf({ access, body, query, path, refusals = [] }: ApiCall): Refusal[] {
  const isRead = query !== undefined || body !== undefined || path.includes('{')
  return [
    ...refusals,
    ...(isRead ? [BAD_REQUEST] : []),
    ...OF_ACCESS[access].map((code) => ({ code })),
    ...(body === undefined ? [] : [{ code: 'payload_too_large' } as const, WRONG_TYPE]),
    { code: 'internal' },
  ]
}

function describe(status: number, refusals: readonly Refusal[]): OpenApiResponse {
  const codes = [...new Set(refusals.map(({ code }) => code))]
  const whenOf = (code: ErrorCode) => refusals.find((refusal) => refusal.code === code)?.when ?? WHEN[code]
  const lines = codes.map((code) => `\`${code}\`: ${whenOf(code)}`)
  return {
    description: lines.join('\n\n'),
    ...(status === 429 || status === 503 ? { headers: { 'Retry-After': RETRY_AFTER } } : {}),
    content: { [PROBLEM_CONTENT_TYPE]: { schema: problemOf(refusals, { status, codes }) } },
  }
}

const RETRY_AFTER = {
  description: ANSWER_HEADERS['Retry-After'].description,
  schema: jsonSchemaOf(ANSWER_HEADERS['Retry-After'].schema),
}

function problemOf(
  refusals: readonly Refusal[],
  { status, codes }: { status: number; codes: readonly ErrorCode[] },
): JsonSchema {
  const schema = refusals.find((refusal) => refusal.schema !== undefined)?.schema ?? 'Problem'
  return {
    allOf: [
      { $ref: `${SCHEMAS_AT}${schema}` },
      { properties: { status: { const: status }, code: { enum: codes } } },
    ],
  }
}
