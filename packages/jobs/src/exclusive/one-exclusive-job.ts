import { sql, type Expression, type ExpressionBuilder, type SqlBool, type Transaction } from 'kysely'
import type { Database } from '../database/database.ts'

/** The index that holds the promise, whatever else goes wrong. */
export const ONE_EXCLUSIVE_JOB_PER_USER = 'one_exclusive_job_per_user'

/**
 * How long a turn that is due keeps back those behind it, in seconds. A turn that no worker takes for so long, because none that runs
 * its kind is there, must not stop its user's other jobs.
 */
const STANDING_SECONDS = 10

/** From this time on a turn was due recently enough to keep others back. */
export const standingSince = sql<Date>`clock_timestamp() - make_interval(secs => ${STANDING_SECONDS})`

/**
 * Whether a queued job may run now: any job that is not exclusive; an exclusive one where no other of its user runs, and none
 * waits for that which goes before it.
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
          other('other.not_before', '>', standingSince),
          sql<boolean>`(jobs.priority, other.created_at) < (other.priority, jobs.created_at)`,
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

/**
 * One after the other, until the transaction ends: those who stop running, and those who begin to wait for that. Otherwise each could miss the
 * other's change. Whoever takes it holds the row of its own job already, and waits for no row after it.
 */
export async function lockExclusion(trx: Transaction<Database>, userId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`headway:exclusive:${userId}`}, 0))`.execute(trx)
}
