import { userChannel } from '@headway/events'
import { sql, type Transaction } from 'kysely'
import type { Database } from '../database/database.ts'
import { addDispatch } from '../outbox/outbox.ts'
import { lockExclusion, standingSince } from './one-exclusive-job.ts'

/**
 * Gives the next exclusive job of a user its turn at once where none runs: the most urgent of those that wait for that, the oldest
 * of these. Its wait was announced with an end (`notBefore`), which is the latest; nothing more is told until it starts.
 *
 * A row that somebody holds is passed over: that job ends, or takes a turn, and then looks who is next itself.
 */
export async function bringNextForward(trx: Transaction<Database>, userId: string): Promise<void> {
  await lockExclusion(trx, userId)
  const { rows } = await sql<{ job_id: string; dispatch: number }>`
    update jobs
    set dispatch = dispatch + 1, not_before = clock_timestamp(), updated_at = now()
    where job_id = (
      select job_id from jobs
      where user_id = ${userId} and exclusive and state = 'queued' and busy_count > 0
        and not_before > ${standingSince}
        and not exists (
          select from jobs as other
          where other.user_id = ${userId} and other.exclusive and other.state = 'running'
        )
      order by priority desc, created_at
      limit 1
      for update skip locked
    ) and not_before > clock_timestamp()
    returning job_id, dispatch`.execute(trx)
  const [next] = rows
  if (next === undefined) return
  // In the user's channel: that is the one which is published when the job before it ends.
  await addDispatch(
    trx,
    { jobId: next.job_id, dispatch: next.dispatch, notBefore: null },
    userChannel(userId),
  )
}
