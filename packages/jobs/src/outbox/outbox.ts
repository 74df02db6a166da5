import { createHash } from 'node:crypto'
import { serialiseMessage } from '@headway/event-log'
import { jobChannel, type Channel, type OutgoingMessage } from '@headway/events'
import type { Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import type { PendingRow } from './pending-rows.ts'

/** One turn of a job in the queue. */
export interface Dispatch {
  jobId: string
  dispatch: number
  /** The job is not taken before this time. */
  notBefore?: Date | null
}

/**
 * Puts messages into the outbox of every one of the channels, in their order, as part of the transaction that they
 * tell of. The caller has locked what they are about (changed its row), so that two writers don't mix their order.
 *
 * @returns the marks of the rows, under which the log takes each once: of each message, one for each channel
 * @throws MessageTooLargeError
 */
export async function addMessages(
  trx: Transaction<Database>,
  channels: readonly Channel[],
  messages: readonly OutgoingMessage[],
): Promise<string[]> {
  if (channels.length === 0 || messages.length === 0) return []
  const now = new Date().toISOString()
  const rows = messages.flatMap((message) =>
    channels.map((channel) => ({
      channel,
      kind: 'message' as const,
      body: serialiseMessage(channel, { ...message, timestamp: message.timestamp ?? now }),
    })),
  )
  const added = await trx.insertInto('outbox').values(rows).returning('id').execute()
  return added.map(({ id }, index) => onceMark({ id, body: rows[index]!.body }))
}

/**
 * The mark under which the log takes a row of the outbox once. The number alone would not do: a Postgres that was set back (a
 * replica that lagged, a backup) gives it to another message.
 */
export function onceMark({ id, body }: Pick<PendingRow, 'id' | 'body'>): string {
  return `outbox:${id}:${createHash('sha1').update(body).digest('base64url').slice(0, 12)}`
}

/**
 * Puts a turn in the queue into the outbox. It lives in the job's channel, unless another is given, so it follows the JOB_QUEUED
 * before it.
 */
export async function addDispatch(
  trx: Transaction<Database>,
  dispatch: Dispatch,
  channel: Channel = jobChannel(dispatch.jobId),
): Promise<void> {
  await trx
    .insertInto('outbox')
    .values({ channel, kind: 'dispatch', body: JSON.stringify(dispatch) })
    .execute()
}

/** Reads back what {@link addDispatch} wrote. */
export function parseDispatch(body: string): Dispatch {
  const { jobId, dispatch, notBefore } = JSON.parse(body) as Record<keyof Dispatch, never>
  return { jobId, dispatch, notBefore: notBefore === null ? null : new Date(notBefore) }
}
