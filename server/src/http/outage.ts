import { isNetworkFailure } from '@headway/event-log'

/** Postgres has ended a statement that took longer than the limit. */
const QUERY_CANCELED = '57014'

/** What ioredis says where it has no connection, or lost it under a command: text alone. */
const REDIS_CONNECTION_MESSAGES =
  /^(?:Connection is closed|Stream isn't writeable|Command timed out|Command aborted|Reached the max retries)/

/** A Redis that answers, and can't serve right now: it starts, fails over, or has no room left. Said at the front or from within a script. */
const REDIS_REPLIES = /\b(?:LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|OOM)\b/

/**
 * True for a failure that will pass without a change of the request: Postgres or Redis can't be reached. The job engine says
 * of its own errors which they are, by the code `unavailable`.
 */
export function isOutage(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return (
    code === 'unavailable' ||
    code === QUERY_CANCELED ||
    isNetworkFailure(error) ||
    REDIS_CONNECTION_MESSAGES.test(error.message) ||
    (error.name === 'ReplyError' && REDIS_REPLIES.test(error.message))
  )
}
