import { JOB_STATES, isTerminalState } from '@headway/events'
import type { JobEngine } from '@headway/jobs'
import { HttpError } from './http-error.ts'

const UNFINISHED = JOB_STATES.filter((state) => !isTerminalState(state))

/**
 * Refuses a job beyond a user's cap. Requests that arrive together may pass it by as many: it guards the queue, and a
 * lock per user would cost every request for the sake of an exact number.
 *
 * @throws {HttpError} `limit_exceeded`
 */
export async function refuseAboveCap(
  engine: JobEngine,
  userId: string,
  maxUnfinishedJobs: number,
): Promise<void> {
  const counted = engine.db
    .selectFrom('jobs')
    .select('job_id')
    .where('user_id', '=', userId)
    .where('state', 'in', UNFINISHED)
    .limit(maxUnfinishedJobs)
  const rows = await counted.execute()
  if (rows.length < maxUnfinishedJobs) return
  throw new HttpError(
    'limit_exceeded',
    `There are ${maxUnfinishedJobs} jobs that have not ended, which is the most a user may have. Wait for some, or cancel some.`,
    { headers: { 'Retry-After': '30' } },
  )
}
