import { sql, type Kysely } from 'kysely'
import type { Database } from '../database/database.ts'

/** Jobs of all users that wait for a worker, have one, or wait for an answer. */
export type UnfinishedJobs = Record<'created' | 'queued' | 'running' | 'waiting', number>

/** Counts the jobs that have not ended. They are few, and have indexes of their own; those that ended are not read. */
export async function countUnfinishedJobs(db: Kysely<Database>): Promise<UnfinishedJobs> {
  const { rows } = await sql<{ state: keyof UnfinishedJobs; jobs: number }>`
    select state, count(*) as jobs from jobs where state in ('created', 'queued') group by state
    union all select 'running', count(*) from jobs where state = 'running'
    union all select 'waiting', count(*) from jobs where state = 'waiting'`.execute(db)
  const counts = Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]))
  return { created: 0, queued: 0, running: 0, waiting: 0, ...counts }
}
