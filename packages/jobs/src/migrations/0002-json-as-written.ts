import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/**
 * `jsonb` sorts the fields of an object; `json` keeps them as they were written. So a form shows its fields in the
 * order of the operation's schema, and a result looks after a reload as it looked live. Nothing searches in these columns.
 */
export const jsonAsWritten: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table operations alter column input_schema type json`.execute(db)
    await sql`alter table jobs alter column input type json, alter column result type json`.execute(db)
    await sql`alter table job_steps alter column result type json`.execute(db)
    await sql`alter table idempotency_keys alter column response type json`.execute(db)
  },
}
