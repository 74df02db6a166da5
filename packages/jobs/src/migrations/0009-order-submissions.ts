import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Which job brings an order into the ERP, and whether the ERP may be at work on it. */
export const orderSubmissions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table order_submissions (
        order_id uuid primary key references pending_orders (id) on delete cascade,
        job_id text not null,
        sent_at timestamptz
      )`.execute(db)
    await sql`create index submissions_by_job on order_submissions (job_id)`.execute(db)
  },
}
