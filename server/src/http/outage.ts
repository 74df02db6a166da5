const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
])

/** Postgres: connection exceptions, too many connections, shutting down or starting up, a statement at its limit. */
const POSTGRES_CODES = /^(?:08...|53300|57P0[123]|57014)$/

/** pg reports a connection that ended under a statement, and a full pool, by text alone. */
const POSTGRES_MESSAGES =
  /^(?:Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/

/** True for a failure that will pass without a change of the request: Postgres or Redis can't be reached. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (
    code === 'unavailable' ||
    NETWORK_CODES.has(code) ||
    POSTGRES_CODES.test(code) ||
    POSTGRES_MESSAGES.test(error.message)
  )
}
