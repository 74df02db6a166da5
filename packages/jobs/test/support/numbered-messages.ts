import type { EventLog } from '@headway/event-log'
import type { Channel } from '@headway/events'
import type { JobEngine } from '../../src/index.ts'
import { addMessages } from '../../src/outbox/outbox.ts'
import type { RelayParts } from '../../src/outbox/relay.ts'
import { readMessages, type TestEngine } from './test-engine.ts'

/** Puts messages with the numbers from `first` on into the outbox of a channel. */
export async function addNumbered(
  engine: JobEngine,
  channel: Channel,
  first: number,
  count = 1,
): Promise<void> {
  const messages = Array.from({ length: count }, (_, index) => ({
    type: 'CUSTOMER_UPDATED' as const,
    payload: { customerId: String(first + index) },
  }))
  await engine.db.transaction().execute((trx) => addMessages(trx, [channel], messages))
}

/** The numbers that the log of a channel holds, in its order. */
export async function numbersIn({ redis }: Pick<TestEngine, 'redis'>, channel: Channel): Promise<number[]> {
  const sent = await readMessages(redis, channel)
  return sent.map(({ payload }) => Number((payload as { customerId: string }).customerId))
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index)
}

/** As if all that is in the outbox had been published so long ago. */
export async function publishedAgo(engine: JobEngine, ms: number): Promise<void> {
  const published_at = new Date(Date.now() - ms)
  await engine.db.updateTable('outbox').set({ published_at }).where('run_id', 'is not', null).execute()
}

/** Rows that no Redis has had. */
export async function pendingCount(engine: JobEngine): Promise<number> {
  const rows = await engine.db.selectFrom('outbox').where('published_at', 'is', null).select('id').execute()
  return rows.length
}

/** A log with another way to append. */
export function logThatAppends(
  log: EventLog,
  appendSerialised: EventLog['appendSerialised'],
): RelayParts['eventLog'] {
  const { maxAgeMs, onceLifetimeMs } = log
  return { maxAgeMs, onceLifetimeMs, forget: (channel) => log.forget(channel), appendSerialised }
}
