import type { Logger } from '@headway/event-log'
import { JOB_ID_PATTERN, type JobState, type JobView } from '@headway/events'
import type { Redis } from 'ioredis'
import { sql, type Kysely } from 'kysely'
import type { JobText } from '../artifacts/job-text.ts'
import type { Database, JobRow } from '../database/database.ts'
import { answerJob, type AnswerDecision, type AnswerRequest } from '../questions/answer-job.ts'
import { cancelChannel, cancelJob, type CancelRequest } from './cancel-job.ts'
import { createJob, findRepeat, type Creation, type NewJob } from './create-job.ts'
import type { JobViews } from './job-views.ts'
import { formatPageCursor, parsePageCursor } from './page-cursor.ts'
import { resumeJob } from './resume-job.ts'

/** Which jobs are on a page. */
export interface JobQuery {
  userId: string
  state?: JobState
  operationType?: string
  /** Jobs on a page at most. */
  limit: number
  /** `nextCursor` of the page before; none for the first page. */
  cursor?: string
}

/** A page of a user's jobs. */
export interface JobPage {
  /** Newest first. */
  jobs: JobView[]
  /** Null on the last page. */
  nextCursor: string | null
}

/** What became of the wish to cancel a job. */
export type Cancellation =
  /** It has ended so, now or before. */
  | { outcome: 'cancelled'; job: JobView }
  /** Its worker was asked to end it. */
  | { outcome: 'requested'; job: JobView }
  | { outcome: 'conflict'; state: JobState }
  | { outcome: 'not_found' }

/** What became of the wish to resume a job. */
export type Resumption =
  | { outcome: 'resumed'; job: JobView }
  | { outcome: 'conflict'; state: JobState }
  | { outcome: 'not_found' }

/**
 * What users do with their jobs. A job of another user is a job that does not exist.
 *
 * Nothing here publishes, so nothing here waits for Redis: the messages are in the outbox, and the caller nudges the
 * relay for the user's and the job's channel after it has answered.
 */
export class JobRepository {
  readonly #db: Kysely<Database>
  readonly #views: JobViews
  readonly #text: JobText
  readonly #redis: Pick<Redis, 'publish'>
  readonly #logger: Logger

  constructor(parts: {
    db: Kysely<Database>
    views: JobViews
    text: JobText
    redis: Pick<Redis, 'publish'>
    logger: Logger
  }) {
    this.#db = parts.db
    this.#views = parts.views
    this.#text = parts.text
    this.#redis = parts.redis
    this.#logger = parts.logger
  }

  /**
   * Creates a job and puts it into the queue, in one transaction; once, where the request names itself.
   *
   * @throws UnknownUploadError
   */
  create(job: NewJob): Promise<Creation> {
    return this.#db.transaction().execute((trx) => createJob(trx, job))
  }

  /**
   * The answer to a creation that is repeated, before any of its checks: its operation may be gone by now, or its user
   * at a limit. Undefined for a key of no creation in the last 24 hours.
   */
  findRepeat(
    request: Pick<NewJob, 'userId'> & Required<Pick<NewJob, 'idempotency'>>,
  ): Promise<Creation | undefined> {
    return findRepeat(this.#db, request)
  }

  /** Undefined for a missing job and for another user's alike. */
  async view(userId: string, jobId: string): Promise<JobView | undefined> {
    if (!JOB_ID_PATTERN.test(jobId)) return undefined
    const row = await this.#db
      .selectFrom('jobs')
      .where('job_id', '=', jobId)
      .where('user_id', '=', userId)
      .selectAll()
      .executeTakeFirst()
    return row && this.#views.one(row)
  }

  /** Which of these jobs are the user's. */
  async owned(userId: string, jobIds: readonly string[]): Promise<Set<string>> {
    const known = jobIds.filter((jobId) => JOB_ID_PATTERN.test(jobId))
    if (known.length === 0) return new Set()
    const rows = await this.#db
      .selectFrom('jobs')
      .where('user_id', '=', userId)
      .where('job_id', 'in', known)
      .select('job_id')
      .execute()
    return new Set(rows.map((row) => row.job_id))
  }

  /**
   * One page of a user's jobs. A job made between two pages is on none of the later ones, and moves none of them.
   *
   * @throws InvalidCursorError
   */
  async list({ userId, state, operationType, limit, cursor }: JobQuery): Promise<JobPage> {
    let query = this.#db.selectFrom('jobs').where('user_id', '=', userId)
    if (state !== undefined) query = query.where('state', '=', state)
    if (operationType !== undefined) query = query.where('operation_type', '=', operationType)
    if (cursor !== undefined) {
      const { createdAt, jobId } = parsePageCursor(cursor)
      query = query.where(sql<boolean>`(created_at, job_id) < (${createdAt}, ${jobId}::uuid)`)
    }
    // One more than asked for tells whether there is another page.
    const rows = await query
      .selectAll()
      .orderBy('created_at', 'desc')
      .orderBy('job_id', 'desc')
      .limit(limit + 1)
      .execute()
    const page = rows.slice(0, limit)
    const last = rows.length > limit ? page.at(-1) : undefined
    return { jobs: await this.#views.all(page), nextCursor: last === undefined ? null : cursorOf(last) }
  }

  /** Cancels a job; cancelling it again is the same answer again. */
  async cancel(request: CancelRequest): Promise<Cancellation> {
    const decision = await this.#db.transaction().execute((trx) => cancelJob(trx, this.#text, request))
    if (decision.outcome === 'conflict' || decision.outcome === 'not_found') return decision
    if (decision.outcome === 'requested') this.#tellWorker(request, decision.row.attempt)
    else if (decision.row.text_key !== null) void this.#text.expire(request.jobId)
    return { outcome: decision.outcome, job: await this.#views.one(decision.row) }
  }

  /** Puts a failed or cancelled job into the queue again; it goes on after its last completed step. */
  async resume(request: { userId: string; jobId: string }): Promise<Resumption> {
    const decision = await this.#db.transaction().execute((trx) => resumeJob(trx, request))
    if (decision.outcome !== 'resumed') return decision
    return { outcome: 'resumed', job: await this.#views.one(decision.row) }
  }

  /** Answers the open question of a job, which puts the job into the queue again. */
  answer<TProblem>(request: AnswerRequest<TProblem>): Promise<AnswerDecision<TProblem>> {
    return this.#db.transaction().execute((trx) => answerJob(trx, request))
  }

  /** Only hurries: the worker also finds the request when it next renews its lease. */
  #tellWorker({ jobId, reason, by }: CancelRequest, attempt: number): void {
    const word = JSON.stringify({ reason, by, attempt })
    this.#redis.publish(cancelChannel(jobId), word).catch((error: unknown) => {
      this.#logger.warn({ err: error, jobId }, 'A worker hears of a cancel only when it renews its lease')
    })
  }
}

function cursorOf(row: JobRow): string {
  return formatPageCursor({ createdAt: row.created_at, jobId: row.job_id })
}
