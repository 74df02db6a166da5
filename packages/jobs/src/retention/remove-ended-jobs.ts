import { JOB_STATES, isTerminalState } from '@headway/events'
import { sql, type Kysely } from 'kysely'
import { jobFolder } from '../artifacts/artifact-store.ts'
import type { Database } from '../database/database.ts'
import { addUnusedFiles } from './unused-files.ts'

const ENDED = JOB_STATES.filter(isTerminalState)

/** The jobs that ended longest ago, of those that ended before the age limit. */
export async function findOldJobs(
  db: Kysely<Database>,
  { maxAgeDays, limit }: { maxAgeDays: number; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom('jobs')
    .where('state', 'in', ENDED)
    .where('finished_at', '<', sql<Date>`now() - make_interval(days => ${maxAgeDays})`)
    .select('job_id')
    .orderBy('finished_at')
    .limit(limit)
    .execute()
  return rows.map((row) => row.job_id)
}

/** Jobs that are too many for their users: of each user, those that ended before the newest `maxJobsPerUser`. */
export async function findSurplusJobs(
  db: Kysely<Database>,
  { maxJobsPerUser, limit }: { maxJobsPerUser: number; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom((from) =>
      from
        .selectFrom('jobs')
        .where('state', 'in', ENDED)
        .select([
          'job_id',
          sql<number>`row_number() over (partition by user_id order by finished_at desc)`.as('place'),
        ])
        .as('ended'),
    )
    .where('place', '>', maxJobsPerUser)
    .select('job_id')
    .limit(limit)
    .execute()
  return rows.map((row) => row.job_id)
}

/**
 * Removes these jobs with all their parts, in one transaction. One that is not ended any more, or whose row is held (it is just being
 * resumed), is left alone. Its files are removed after the commit, see {@link addUnusedFiles}.
 *
 * @returns how many were removed
 */
export async function removeEndedJobs(db: Kysely<Database>, jobIds: readonly string[]): Promise<number> {
  if (jobIds.length === 0) return 0
  return db.transaction().execute(async (trx) => {
    const held = await trx
      .selectFrom('jobs')
      .where('job_id', 'in', jobIds)
      .where('state', 'in', ENDED)
      .select('job_id')
      .forUpdate()
      .skipLocked()
      .execute()
    const removed = held.map((row) => row.job_id)
    if (removed.length === 0) return 0
    await addUnusedFiles(trx, removed.map(jobFolder))
    // Steps, answers and artifacts go with their job.
    await trx.deleteFrom('jobs').where('job_id', 'in', removed).execute()
    return removed.length
  })
}
