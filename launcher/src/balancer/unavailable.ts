const status = 503
const title = 'Service Unavailable'

/** The answer to a request that no instance has answered, in the form of the server's own errors. */
export const UNAVAILABLE = {
  status,
  title,
  headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', 'Retry-After': '1' },
  body: JSON.stringify({
    type: 'urn:headway:problem:unavailable',
    title,
    status,
    detail:
      'No server has answered. Try again in a moment; with the same Idempotency-Key no job is started twice.',
    code: 'unavailable',
  }),
}
