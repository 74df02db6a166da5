import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** Which reports of workers were handled, and how often an operation may fail: who handles a failure need not be who runs the operation. */
export const reports: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      create table job_reports (
        job_id uuid not null references jobs on delete cascade,
        report_id text not null,
        handled_at timestamptz not null default now(),
        primary key (job_id, report_id)
      )`.execute(db)
    await sql`create index job_reports_by_age on job_reports (handled_at)`.execute(db)
    await sql`alter table operations add column max_failures int not null default 3`.execute(db)
  },
}
