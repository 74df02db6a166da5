import type { Channel } from '@headway/events'
import { sql, type Kysely, type RawBuilder, type Selectable, type SqlBool, type Transaction } from 'kysely'
import type { Database, OutboxTable } from '../database/database.ts'

export type PendingRow = Pick<Selectable<OutboxTable>, 'id' | 'channel' | 'kind' | 'body'> & {
  /** Since the transaction that wrote it began, in milliseconds; null for a row that another Redis has had. */
  waitedMs: number | null
  /** How long ago another Redis has had it, in milliseconds; null for a row that none has had. */
  publishedAgoMs: number | null
}

/**
 * Lets one relay at a time publish a channel, until the transaction ends.
 *
 * @param mode `wait` for a relay that is at it, or `try` and leave the channel to it
 */
export async function lockChannel(
  trx: Transaction<Database>,
  channel: Channel,
  mode: 'wait' | 'try',
): Promise<boolean> {
  const key = sql`hashtextextended(${`headway:outbox:${channel}`}, 0)`
  if (mode === 'wait') {
    await sql`select pg_advisory_xact_lock(${key})`.execute(trx)
    return true
  }
  const { rows } = await sql<{ locked: boolean }>`select pg_try_advisory_xact_lock(${key}) as locked`.execute(
    trx,
  )
  return rows[0]?.locked === true
}

/**
 * The locks of several channels at once, in the order of their names, so that no two relays wait for each other.
 *
 * @throws where one of them is not free within `timeoutMs`; see {@link isLockTimeout}
 */
export async function lockChannels(
  trx: Transaction<Database>,
  channels: readonly Channel[],
  timeoutMs: number,
): Promise<void> {
  await sql`
    with limited as materialized (select set_config('lock_timeout', ${String(timeoutMs)}, true))
    select pg_advisory_xact_lock(hashtextextended('headway:outbox:' || channel, 0))
    from limited, unnest(${channels.toSorted()}::text[]) as channel`.execute(trx)
}

/** Somebody else has held a lock for too long. */
export function isLockTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === '55P03'
}

/** The oldest rows of the channels that the Redis of now may lack, in the order of their ids. */
export function pendingRows(
  trx: Transaction<Database>,
  channels: readonly Channel[],
  runId: string,
  limit: number,
): Promise<PendingRow[]> {
  return trx
    .selectFrom('outbox')
    .where('channel', 'in', channels)
    .where(isPending(runId))
    .select([
      'id',
      'channel',
      'kind',
      'body',
      WAITED_MS.as('waitedMs'),
      PUBLISHED_AGO_MS.as('publishedAgoMs'),
    ])
    .orderBy('id')
    .limit(limit)
    .execute()
}

export async function markPublished(
  trx: Transaction<Database>,
  ids: readonly number[],
  runId: string,
): Promise<void> {
  if (ids.length === 0) return
  await trx
    .updateTable('outbox')
    .set({ published_at: sql<Date>`coalesce(published_at, now())`, run_id: runId })
    .where('id', 'in', ids)
    .execute()
}

/** Channels with pending rows, in the order of their names, from the one behind `after` on. */
export async function pendingChannels(
  db: Kysely<Database>,
  runId: string,
  { after, limit }: { after: Channel | ''; limit: number },
): Promise<Channel[]> {
  const rows = await db
    .selectFrom('outbox')
    .where(isPending(runId))
    .where('channel', '>', after)
    .select('channel')
    .distinct()
    .orderBy('channel')
    .limit(limit)
    .execute()
  return rows.map(({ channel }) => channel as Channel)
}

/**
 * Forgets what the Redis of now has had for longer than it keeps it for replay. What another one had last stays until it was offered to the
 * one of now, however long that was away.
 */
export async function deletePublished(db: Kysely<Database>, runId: string, maxAgeMs: number): Promise<void> {
  await db
    .deleteFrom('outbox')
    .where('run_id', '=', runId)
    .where('published_at', '<', sql<Date>`now() - make_interval(secs => ${maxAgeMs / 1_000})`)
    .execute()
}

const WAITED_MS = sql<number | null>`case when published_at is null
  then (extract(epoch from clock_timestamp() - created_at) * 1000)::float8 end`

const PUBLISHED_AGO_MS = sql<
  number | null
>`(extract(epoch from clock_timestamp() - published_at) * 1000)::float8`

/** Unpublished, or published to another Redis. Written as ranges, which an index on `run_id` serves. */
function isPending(runId: string): RawBuilder<SqlBool> {
  return sql<SqlBool>`(run_id is null or run_id < ${runId} or run_id > ${runId})`
}
