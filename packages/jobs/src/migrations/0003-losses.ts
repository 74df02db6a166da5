import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** How often in a row a job has lost its worker. */
export const losses: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table jobs add column losses int not null default 0`.execute(db)
  },
}
