import type { OrderConflict } from '@headway/jobs'
import type { OrderInput } from '@headway/events'
import { HttpError } from '../http-error.ts'

/** Why nothing of a batch was stored: for people in `errors`, for programs in `conflicts`, which has both versions of each order. */
export function orderConflicts(
  orders: readonly OrderInput[],
  conflicts: readonly OrderConflict[],
): HttpError {
  const indexOf = new Map(orders.map(({ id }, index) => [id, index]))
  const errors = conflicts.map((conflict) => ({
    pointer: `#/orders/${indexOf.get(conflict.id)}/${conflict.reason === 'taken' ? 'id' : 'version'}`,
    detail: describe(conflict),
  }))
  const count = conflicts.length === 1 ? 'An order' : `${conflicts.length} orders`
  return new HttpError(
    'conflict',
    `${count} can't be stored as sent, so nothing of the batch was; see "conflicts". Load what is stored, and change that.`,
    { errors, members: { conflicts } },
  )
}

function describe({ reason, sentVersion, storedVersion, state }: OrderConflict): string {
  switch (reason) {
    case 'stale':
      return sentVersion === null
        ? `is missing: the order is stored already, as version ${storedVersion}`
        : `is ${sentVersion}, and ${storedVersion} is stored`
    case 'gone':
      return `is ${sentVersion}, and there is no such order any more`
    case 'locked':
      return `cannot be followed by another: the order is ${state}`
    case 'taken':
      return 'is in use; take a new one'
    default:
      return reason satisfies never
  }
}
