import type { Logger } from '@headway/event-log'
import { sql, type Kysely } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'

/** A job that a worker still holds. */
export interface HeldLease {
  jobId: string
  attempt: number
  cancelRequested: boolean
  /** A more urgent job of the same user waits for it to give way. */
  preemptRequested: boolean
}

export interface LeaseRenewalRequest {
  workerId: string
  leaseMs: number
  jobIds: readonly string[]
}

/**
 * Extends leases without waiting for anybody's row. A row that is held is written to at this moment, by the worker itself as a rule:
 * its job counts as held, and its lease is extended apart from the others, as soon as the row is free. A reconciler
 * passes over such a row too.
 */
export class LeaseRenewal {
  readonly #db: Kysely<Database>
  readonly #logger: Logger
  /** Jobs whose rows are waited for. */
  readonly #waiting = new Set<string>()

  constructor({ db, logger }: { db: Kysely<Database>; logger: Logger }) {
    this.#db = db
    this.#logger = logger
  }

  async renew(request: LeaseRenewalRequest): Promise<HeldLease[]> {
    const renewed = await this.#renewFree(request)
    const names = new Set(renewed.map(({ jobId }) => jobId))
    const rest = request.jobIds.filter((jobId) => !names.has(jobId))
    if (rest.length === 0) return renewed
    const held = await this.#find({ ...request, jobIds: rest })
    this.#renewLater(
      request,
      held.map(({ jobId }) => jobId),
    )
    return [...renewed, ...held]
  }

  async #renewFree({ workerId, leaseMs, jobIds }: LeaseRenewalRequest): Promise<HeldLease[]> {
    const rows = await this.#db
      .with('free', (db) =>
        db
          .selectFrom('jobs')
          .where('job_id', 'in', jobIds)
          .where('worker_id', '=', workerId)
          .where('state', '=', 'running')
          .select('job_id')
          .forUpdate()
          .skipLocked(),
      )
      .updateTable('jobs')
      .set({ lease_until: leaseEnd(leaseMs) })
      .where('job_id', 'in', (eb) => eb.selectFrom('free').select('job_id'))
      .returning(COLUMNS)
      .execute()
    return rows.map(toHeldLease)
  }

  async #find({ workerId, jobIds }: LeaseRenewalRequest): Promise<HeldLease[]> {
    const rows = await this.#db
      .selectFrom('jobs')
      .where('job_id', 'in', jobIds)
      .where('worker_id', '=', workerId)
      .where('state', '=', 'running')
      .select(COLUMNS)
      .execute()
    return rows.map(toHeldLease)
  }

  /** Waits for the rows, one after the other on one connection: whoever waits is next, so that no reconciler comes before it. */
  #renewLater(request: LeaseRenewalRequest, jobIds: readonly string[]): void {
    const isBusy = this.#waiting.size > 0
    for (const jobId of jobIds) this.#waiting.add(jobId)
    if (!isBusy && jobIds.length > 0) void this.#renewWaiting(request)
  }

  async #renewWaiting(request: LeaseRenewalRequest): Promise<void> {
    for (const jobId of this.#waiting) {
      try {
        await this.#renewHeld(request, jobId)
      } catch (error) {
        this.#logger.warn({ err: error, jobId }, 'A lease could not be renewed; the next beat tries again')
      }
      this.#waiting.delete(jobId)
    }
  }

  /** Waits for the row before the new end is computed: a statement that waits keeps what it has computed before. */
  async #renewHeld({ workerId, leaseMs }: LeaseRenewalRequest, jobId: string): Promise<void> {
    await this.#db.transaction().execute(async (trx) => {
      await trx.selectFrom('jobs').where('job_id', '=', jobId).select('job_id').forUpdate().execute()
      await trx
        .updateTable('jobs')
        .set({ lease_until: leaseEnd(leaseMs) })
        .where('job_id', '=', jobId)
        .where('worker_id', '=', workerId)
        .where('state', '=', 'running')
        .execute()
    })
  }
}

/** By the clock of Postgres, which is the one that leases are judged by, at the moment of the write. */
export function leaseEnd(leaseMs: number) {
  return sql<Date>`clock_timestamp() + make_interval(secs => ${leaseMs / 1000}::double precision)`
}

const COLUMNS = ['job_id', 'attempt', 'cancel_requested_at', 'preempt_requested_at'] as const

function toHeldLease(row: Pick<JobRow, (typeof COLUMNS)[number]>): HeldLease {
  return {
    jobId: row.job_id,
    attempt: row.attempt,
    cancelRequested: row.cancel_requested_at !== null,
    preemptRequested: row.preempt_requested_at !== null,
  }
}
