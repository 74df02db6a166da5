import { sql, type Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'
import { ONE_EXCLUSIVE_JOB_PER_USER } from '../exclusive/one-exclusive-job.ts'

/** At most one exclusive job of a user runs; the others wait for it, or ask it to give way. */
export const exclusive: Migration = {
  async up(db: Kysely<unknown>): Promise<void> {
    await sql`
      alter table jobs
        add column busy_count integer not null default 0,
        add column preempt_requested_at timestamptz`.execute(db)
    // Nothing has kept them apart so far. All but the oldest end as they began, beside each other.
    await sql`
      update jobs set exclusive = false
      where exclusive and state = 'running' and exists (
        select from jobs as other
        where other.user_id = jobs.user_id and other.exclusive and other.state = 'running'
          and (other.created_at, other.job_id) < (jobs.created_at, jobs.job_id)
      )`.execute(db)
    await sql`
      create unique index ${sql.id(ONE_EXCLUSIVE_JOB_PER_USER)} on jobs (user_id)
        where exclusive and state = 'running'`.execute(db)
    await sql`
      create index jobs_waiting_for_exclusion on jobs (user_id, priority desc, created_at)
        where exclusive and state = 'queued' and busy_count > 0`.execute(db)
  },
}
