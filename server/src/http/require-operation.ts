import type { JobEngine, OperationView } from '@headway/jobs'
import { HttpError, type FieldError } from './http-error.ts'

/**
 * The operation of a job that is to go into the queue: one that nobody takes out of it would wait there without a word.
 *
 * @param errors where the body names the operation, if it does
 * @throws HttpError `unsupported_operation`, or `unavailable` while no worker can run it
 */
export async function requireOperation(
  engine: Pick<JobEngine, 'operations'>,
  type: string,
  errors?: FieldError[],
): Promise<OperationView> {
  const operation = await engine.operations.find(type)
  if (operation === undefined) {
    const known = (await engine.operations.list()).map((each) => each.type)
    const detail =
      known.length === 0 ? 'none is registered yet: is a worker running?' : `it runs ${known.join(', ')}.`
    throw new HttpError(
      'unsupported_operation',
      `This deployment does not run that operation; ${detail}`,
      errors ? { errors } : {},
    )
  }
  if (!operation.available) {
    throw new HttpError('unavailable', `The operation ${type} is not available: ${operation.reason}`, {
      headers: { 'Retry-After': '30' },
    })
  }
  return operation
}
