import { RequestError, isRequestError } from './errors.ts'

/** What a call threw, as an error with a code; what came from elsewhere, such as the application's `getToken`, is its cause. */
export function toRequestError(error: unknown): RequestError {
  if (isRequestError(error)) return error
  return new RequestError('unavailable', `The call could not be made: ${String(error)}`, { cause: error })
}
