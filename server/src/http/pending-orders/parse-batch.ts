import type { OrderInput } from '@headway/events'
import { orderBatchSchema } from '@headway/events/schemas'
import { faultsOf, PLAIN_WORDS, pointerTo } from '@headway/jobs'
import { HttpError, type FieldError } from '../http-error.ts'

/** More faults than that are counted and not named: the answer must not outgrow the question. */
const MAX_NAMED_FAULTS = 1_000

/**
 * Reads a batch of orders.
 *
 * @throws {HttpError} `bad_request` with every fault of every order and where it is, never with a value
 */
export function parseBatch(body: unknown): OrderInput[] {
  const parsed = orderBatchSchema.safeParse(body, PLAIN_WORDS)
  const faults = [...(parsed.success ? [] : faultsOf(parsed.error)), ...repeatedIds(body)]
  if (parsed.success && faults.length === 0) return parsed.data.orders
  const which = faults.length > MAX_NAMED_FAULTS ? `the first ${MAX_NAMED_FAULTS} are in` : 'see'
  throw new HttpError(
    'bad_request',
    `The batch has ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'}, and nothing of it was stored; ${which} "errors".`,
    { errors: faults.slice(0, MAX_NAMED_FAULTS) },
  )
}

/** Looks at what was sent, so that it finds them beside other faults. */
function repeatedIds(body: unknown): FieldError[] {
  const { orders } = Object(body) as { orders?: unknown }
  if (!Array.isArray(orders)) return []
  const first = new Map<string, number>()
  return orders.flatMap((order, index) => {
    const { id } = Object(order) as { id?: unknown }
    const earlier = typeof id === 'string' ? first.get(id) : undefined
    if (earlier !== undefined) {
      return [{ pointer: pointerTo(['orders', index, 'id']), detail: `is the id of order ${earlier} too` }]
    }
    if (typeof id === 'string') first.set(id, index)
    return []
  })
}
