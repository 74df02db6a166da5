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

/** What ioredis says where it has no connection, or lost it under a command: text alone. */
const REDIS_CONNECTION_MESSAGES =
  /^(?:Connection is closed|Stream isn't writeable|Command timed out|Command aborted|Reached the max retries)/

/** A Redis that answers, and can't serve right now: it starts, fails over, or has no room left. Said at the front or from within a script. */
const REDIS_REPLIES = /\b(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|OOM)\b/

/** True for a failure that will pass without a change of the request: Postgres or Redis can't be reached. */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (
    code === 'unavailable' ||
    NETWORK_CODES.has(code) ||
    POSTGRES_CODES.test(code) ||
    POSTGRES_MESSAGES.test(error.message) ||
    REDIS_CONNECTION_MESSAGES.test(error.message) ||
    (error.name === 'ReplyError' && REDIS_REPLIES.test(error.message))
  )
}
