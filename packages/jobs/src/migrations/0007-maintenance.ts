import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What retention looks through, the files that it is still to remove, and when each periodic task was last begun. */
export const maintenance: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    const ended = sql`state in ('completed', 'failed', 'cancelled')`
    await sql`create index jobs_by_end on jobs (finished_at) where ${ended}`.execute(db)
    await sql`create index ended_jobs_of_user on jobs (user_id, finished_at desc) where ${ended}`.execute(db)
    await sql`
      create table unused_files (
        storage_key text primary key,
        unused_since timestamptz not null default now()
      )`.execute(db)
    await sql`
      create table task_turns (
        task text primary key,
        taken_at timestamptz not null
      )`.execute(db)
    await sql`
      insert into task_turns (task, taken_at)
      values ('outbox', '-infinity'), ('reconcile', '-infinity')`.execute(db)
  },
}
