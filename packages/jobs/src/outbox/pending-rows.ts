import type { Channel } from '@headway/events'
import { sql, type Kysely, type RawBuilder, type Selectable, type SqlBool, type Transaction } from 'kysely'
import type { Database, OutboxTable } from '../database/database.ts'

export type PendingRow = Pick<Selectable<OutboxTable>, 'id' | 'channel' | 'kind' | 'body'> & {
  /** Since the transaction that wrote it began, in milliseconds; null for a row that another Redis has had. */
  waitedMs: number | null
}

/** The Redis of now, and how long a published row is offered to another one. */
export interface PendingScope {
  runId: string
  maxAgeMs: number
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
  scope: PendingScope,
  limit: number,
): Promise<PendingRow[]> {
  return trx
    .selectFrom('outbox')
    .where('channel', 'in', channels)
    .where(isPending(scope))
    .select(['id', 'channel', 'kind', 'body', WAITED_MS.as('waitedMs')])
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
  scope: PendingScope,
  { after, limit }: { after: Channel | ''; limit: number },
): Promise<Channel[]> {
  const rows = await db
    .selectFrom('outbox')
    .where(isPending(scope))
    .where('channel', '>', after)
    .select('channel')
    .distinct()
    .orderBy('channel')
    .limit(limit)
    .execute()
  return rows.map(({ channel }) => channel as Channel)
}

/** Forgets what was published so long ago that no Redis is offered it again. */
export async function deletePublished(db: Kysely<Database>, maxAgeMs: number): Promise<void> {
  await db
    .deleteFrom('outbox')
    .where('published_at', '<', sql<Date>`now() - make_interval(secs => ${maxAgeMs / 1_000})`)
    .execute()
}

const WAITED_MS = sql<number | null>`case when published_at is null
  then (extract(epoch from clock_timestamp() - created_at) * 1000)::float8 end`

/** Unpublished, or published to another Redis not long ago. Written as ranges, which an index on `run_id` serves. */
function isPending({ runId, maxAgeMs }: PendingScope): RawBuilder<SqlBool> {
  return sql<SqlBool>`(run_id is null or ((run_id < ${runId} or run_id > ${runId})
    and published_at >= now() - make_interval(secs => ${maxAgeMs / 1_000})))`
}
