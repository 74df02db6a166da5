import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The open question of a job that waits, and the answers that its later attempts find. */
export const questions: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`alter table jobs add column question json, add column question_until timestamptz`.execute(db)
    // What the reconciler looks through for questions that nobody has answered in time.
    await sql`create index jobs_by_question on jobs (question_until) where state = 'waiting'`.execute(db)
    await sql`
      create table job_answers (
        job_id uuid not null references jobs on delete cascade,
        name text not null,
        value json not null,
        answered_at timestamptz not null default now(),
        primary key (job_id, name)
      )`.execute(db)
  },
}
