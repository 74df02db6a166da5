import type { EventLog, TextLog, WorkOffers } from '@headway/event-log'
import { sql, type Kysely } from 'kysely'
import type { AttemptIdentity } from '../attempts/attempt-fence.ts'
import type { Database } from '../database/database.ts'
import type { Reconciler } from '../queue/reconciler.ts'
import { lastCheckpoint } from './apply-checkpoint.ts'
import { HeldText } from './held-text.ts'

export interface HeldAttemptsParts {
  db: Kysely<Database>
  eventLog: EventLog
  textLog: TextLog
  offers: WorkOffers
  reconciler: Pick<Reconciler, 'run'>
}

/** What whoever holds an attempt for a worker that is not ours does to it: that worker sees Redis alone. */
export class HeldAttempts {
  readonly #parts: HeldAttemptsParts

  constructor(parts: HeldAttemptsParts) {
    this.#parts = parts
  }

  /** Shows Redis the newest checkpoint that is committed. */
  async showCheckpoint({ jobId }: Pick<AttemptIdentity, 'jobId'>): Promise<void> {
    const { db, offers } = this.#parts
    await offers.showCheckpoint(jobId, await lastCheckpoint(db, jobId))
  }

  /** The text of a job, to be followed and put back. */
  textOf({ jobId }: Pick<AttemptIdentity, 'jobId'>): HeldText {
    return new HeldText(this.#parts.textLog, jobId)
  }

  /** Tells a Redis that has forgotten everything of the attempt again, if it still has the job. */
  async restore(attempt: AttemptIdentity): Promise<void> {
    const { db, eventLog, textLog } = this.#parts
    const row = await db
      .selectFrom('jobs')
      .where('job_id', '=', attempt.jobId)
      .where('attempt', '=', attempt.attempt)
      .where('state', '=', 'running')
      .select('job_id')
      .executeTakeFirst()
    if (row === undefined) return
    await eventLog.setFence(attempt.jobId, attempt.userId, attempt.attempt)
    // Cuts nothing: the text's writer and its kind of work are what it leaves.
    await textLog.truncate(attempt.jobId, { ...attempt, length: Number.MAX_SAFE_INTEGER })
    await this.showCheckpoint(attempt)
  }

  /** Shuts the attempt's worker out: from here on nothing of it shows, whatever it still does. */
  async close({ jobId, userId, attempt }: AttemptIdentity): Promise<void> {
    await this.#parts.eventLog.closeFence(jobId, userId, attempt)
  }

  /** Gives the job up as one whose worker is lost: its lease ends now, and the reconciler decides what becomes of it. */
  async abandon({ jobId, attempt }: Pick<AttemptIdentity, 'jobId' | 'attempt'>): Promise<void> {
    const { db, reconciler } = this.#parts
    await db
      .updateTable('jobs')
      // Without its worker nobody renews the lease again.
      .set({ worker_id: null, lease_until: sql<Date>`now() - interval '1 millisecond'` })
      .where('job_id', '=', jobId)
      .where('attempt', '=', attempt)
      .where('state', '=', 'running')
      .execute()
    await reconciler.run()
  }
}
