import { userChannel, type OutgoingMessage } from '@headway/events'
import type { Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import { addMessages } from '../outbox/outbox.ts'

/**
 * A message that is in the outbox, and the mark under which the log takes it once: whoever else publishes it names that mark, and
 * it still comes once.
 */
export interface ToldMessage {
  message: OutgoingMessage
  once: string
}

/** Puts what is to be told of a user's orders into the outbox, as part of the transaction that changes them. */
export async function tellUser(
  trx: Transaction<Database>,
  userId: string,
  messages: readonly OutgoingMessage[],
): Promise<ToldMessage[]> {
  const timestamp = new Date().toISOString()
  const stamped = messages.map((message) => ({ ...message, timestamp }))
  const marks = await addMessages(trx, [userChannel(userId)], stamped)
  return stamped.map((message, index) => ({ message, once: marks[index]! }))
}

/** One message for all orders of a batch that were created, and one for all that were changed. */
export function batchMessages(
  { created, updated }: { created: readonly string[]; updated: readonly string[] },
  originId?: string,
): OutgoingMessage[] {
  const payload = (orderIds: readonly string[]) => ({
    orderIds: [...orderIds],
    count: orderIds.length,
    ...originOf(originId),
  })
  return [
    ...(created.length > 0 ? [{ type: 'PENDING_CREATED' as const, payload: payload(created) }] : []),
    ...(updated.length > 0 ? [{ type: 'PENDING_UPDATED' as const, payload: payload(updated) }] : []),
  ]
}

/** The part of a payload that names the device which has made the change. */
export function originOf(originId: string | undefined): { originId?: string } {
  return originId === undefined ? {} : { originId }
}
