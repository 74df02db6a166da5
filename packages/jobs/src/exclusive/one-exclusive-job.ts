import type { Expression, ExpressionBuilder, SqlBool } from 'kysely'
import type { Database } from '../database/database.ts'

/** The index that holds the promise, whatever else goes wrong. */
export const ONE_EXCLUSIVE_JOB_PER_USER = 'one_exclusive_job_per_user'

/**
 * Whether a queued job may run now: any job that is not exclusive; an exclusive one where no other of its user runs, and none
 * that is more urgent waits for that.
 */
export function mayRun(job: ExpressionBuilder<Database, 'jobs'>): Expression<SqlBool> {
  const others = job
    .selectFrom('jobs as other')
    .whereRef('other.user_id', '=', 'jobs.user_id')
    .where('other.exclusive', '=', true)
    .where((other) =>
      other.or([
        other('other.state', '=', 'running'),
        other.and([
          other('other.state', '=', 'queued'),
          other('other.busy_count', '>', 0),
          other('other.priority', '>', other.ref('jobs.priority')),
        ]),
      ]),
    )
    .select('other.job_id')
  return job.or([job('exclusive', '=', false), job.not(job.exists(others))])
}

/** Another claim of the same user was faster, by less than a statement takes. */
export function isTakenByAnother(error: unknown): boolean {
  return error instanceof Error && 'constraint' in error && error.constraint === ONE_EXCLUSIVE_JOB_PER_USER
}
