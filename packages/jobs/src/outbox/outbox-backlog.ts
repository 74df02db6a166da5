import { sql, type Kysely } from 'kysely'
import type { Database } from '../database/database.ts'

/** What waits in the outbox: a number that grows, or an age that does, means that Redis takes nothing. */
export interface OutboxBacklog {
  rows: number
  /** Age of the oldest row in milliseconds; 0 when none waits. */
  oldestAgeMs: number
}

/** Asks Postgres for the rows that no Redis has taken yet. Served by an index that holds little else. */
export async function readOutboxBacklog(db: Kysely<Database>): Promise<OutboxBacklog> {
  const { rows, oldestAgeMs } = await db
    .selectFrom('outbox')
    .where('run_id', 'is', null)
    .select([
      sql<number>`count(*)`.as('rows'),
      sql<number | null>`(extract(epoch from now() - min(created_at)) * 1000)::float8`.as('oldestAgeMs'),
    ])
    .executeTakeFirstOrThrow()
  return { rows, oldestAgeMs: Math.max(0, oldestAgeMs ?? 0) }
}
