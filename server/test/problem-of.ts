import type { Answer } from './http-fixture.ts'

/**
 * Status and code of an error, as `404 not_found`. Every error has the same form; of one that has not, it says what it
 * is instead.
 */
export function problemOf({ status, headers, json, text }: Answer): string {
  const isProblem =
    headers.get('content-type') === 'application/problem+json; charset=utf-8' &&
    json?.type === `urn:headway:problem:${json?.code}` &&
    json.status === status &&
    typeof json.title === 'string' &&
    typeof json.detail === 'string' &&
    json.requestId === headers.get('x-request-id')
  return isProblem ? `${status} ${json.code}` : `no problem: ${status} ${text.slice(0, 200)}`
}
