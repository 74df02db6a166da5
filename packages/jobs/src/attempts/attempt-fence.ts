import type { EventLog } from '@headway/event-log'
import type { Kysely, Transaction } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import { FencedError } from './fenced-error.ts'

/** What a claim has won: one attempt of one job. */
export interface AttemptIdentity {
  jobId: string
  userId: string
  operationType: string
  attempt: number
}

/**
 * Whether an attempt may still write. Postgres knows; the fence in Redis is its copy, which a flush or a failover can lose or set
 * back, so a refusal by Redis is checked here before it is believed.
 */
export class AttemptFence {
  readonly identity: AttemptIdentity
  readonly #db: Kysely<Database>
  readonly #eventLog: EventLog
  readonly #lost = new AbortController()
  #hasEnded = false

  constructor(identity: AttemptIdentity, parts: { db: Kysely<Database>; eventLog: EventLog }) {
    this.identity = identity
    this.#db = parts.db
    this.#eventLog = parts.eventLog
  }

  /** The attempt has ended, by its own terminal state or because it was lost. */
  get hasEnded(): boolean {
    return this.#hasEnded
  }

  /** Aborted, with the error, when a write finds out that the job is another attempt's. */
  get lostSignal(): AbortSignal {
    return this.#lost.signal
  }

  end(): void {
    this.#hasEnded = true
  }

  /** Ends the attempt as lost, and answers the error to throw. */
  lost(): FencedError {
    this.#hasEnded = true
    const error = new FencedError(this.identity.jobId, this.identity.attempt)
    this.#lost.abort(error)
    return error
  }

  /** Raises the fence in Redis for this attempt. */
  async raise(): Promise<void> {
    const { jobId, userId, attempt } = this.identity
    await this.#eventLog.setFence(jobId, userId, attempt)
  }

  /**
   * For a writer that Redis has refused: raises the fence again if the job is still this attempt's.
   *
   * @throws FencedError
   */
  async confirm(): Promise<void> {
    if (this.#hasEnded) throw this.lost()
    const row = await this.#db
      .selectFrom('jobs')
      .where('job_id', '=', this.identity.jobId)
      .where('attempt', '=', this.identity.attempt)
      .where('state', '=', 'running')
      .select('job_id')
      .executeTakeFirst()
    if (row === undefined) throw this.lost()
    await this.raise()
  }

  /**
   * Runs a transaction that holds the job's row: nobody else claims, cancels or requeues the job meanwhile.
   *
   * @throws FencedError
   */
  async write<T>(change: (trx: Transaction<Database>, job: JobRow) => Promise<T>): Promise<T> {
    if (this.#hasEnded) throw this.lost()
    const { jobId, attempt } = this.identity
    return this.#db.transaction().execute(async (trx) => {
      const job = await trx
        .selectFrom('jobs')
        .where('job_id', '=', jobId)
        .where('attempt', '=', attempt)
        .where('state', '=', 'running')
        .selectAll()
        .forUpdate()
        .executeTakeFirst()
      if (job === undefined) throw this.lost()
      return change(trx, job)
    })
  }
}
