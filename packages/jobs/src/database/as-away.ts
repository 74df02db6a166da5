import { isNetworkFailure } from '@headway/event-log'
import { DatabaseAwayError } from '../errors.ts'

/** Connection exceptions, too many connections, shutting down, crashed or starting up. */
const POSTGRES_CODES = /^(?:08...|53300|57P0[123])$/

/** pg reports a connection that ended under a statement, and one that is not made in time, by text alone. */
const MESSAGES =
  /^(?:Connection terminated|timeout exceeded when trying to connect|timeout expired|Client has encountered a connection error)/

/**
 * For the rejection of what was asked of Postgres: says that it is away where that is why. What speaks to Postgres alone can tell; later on an
 * error of the network may be anybody's.
 */
export function asAway(error: unknown): never {
  if (error instanceof DatabaseAwayError || !isConnectionFailure(error)) throw error
  throw new DatabaseAwayError(error)
}

function isConnectionFailure(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return isNetworkFailure(error) || POSTGRES_CODES.test(code) || MESSAGES.test(error.message)
}
