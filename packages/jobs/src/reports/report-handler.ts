import type { EventLog, ProgressLog, TextLog, WorkOffers } from '@headway/event-log'
import { isTerminalState, jobChannel, userChannel } from '@headway/events'
import type { Redis } from 'ioredis'
import type { Kysely, Transaction } from 'kysely'
import type { JobText } from '../artifacts/job-text.ts'
import type { Database, JobRow } from '../database/database.ts'
import type { Relay } from '../outbox/relay.ts'
import { applyCheckpoint, lastCheckpoint } from './apply-checkpoint.ts'
import { applyEnd } from './apply-end.ts'
import type { ChunkReport, ProgressReport, Report } from './parse-report.ts'
import { showLive } from './show-live.ts'

export interface ReportHandlerParts {
  db: Kysely<Database>
  redis: Redis
  eventLog: EventLog
  textLog: TextLog
  progressLog: ProgressLog
  offers: WorkOffers
  relay: Pick<Relay, 'nudge'>
  text: JobText
}

/** A report that changes the job. */
type CommittedReport = Exclude<Report, ProgressReport | ChunkReport>

/** What became of a report. */
export type HandledReport =
  | 'handled'
  /** It was handled before. */
  | 'repeated'
  /** Its attempt no longer has the job, or there is no such job of this user. */
  | 'refused'

/** The Redis channel on which whoever holds a job hears that an attempt is over by its worker's report. */
export function endedChannel(jobId: string): string {
  return `job:ended:${jobId}`
}

/**
 * Turns a report into the change that it asks for, and its messages, in one transaction; then shows Redis what is committed. Handling it
 * again changes nothing, and shows it again. Progress and text are shown at once.
 */
export class ReportHandler {
  readonly #parts: ReportHandlerParts

  constructor(parts: ReportHandlerParts) {
    this.#parts = parts
  }

  async handle(report: Report): Promise<HandledReport> {
    const { db } = this.#parts
    if (report.kind === 'progress' || report.kind === 'chunk') return showLive(this.#parts, report)
    const { outcome, job } = await db.transaction().execute((trx) => this.#apply(trx, report))
    if (job !== undefined) await this.#show(report, job)
    return outcome
  }

  async #apply(
    trx: Transaction<Database>,
    report: CommittedReport,
  ): Promise<{ outcome: HandledReport; job?: JobRow }> {
    const { text, textLog, progressLog } = this.#parts
    const { jobId } = report
    const job = await trx
      .selectFrom('jobs')
      .where('job_id', '=', jobId)
      .where('user_id', '=', report.userId)
      .selectAll()
      .forUpdate()
      .executeTakeFirst()
    if (job === undefined) return { outcome: 'refused' }
    if (!(await remember(trx, report))) return { outcome: 'repeated', job }
    if (!runsUnder(job, report.attempt)) return { outcome: 'refused', job }

    if (report.kind === 'checkpoint') {
      const textEnd = report.textEnd ?? (await textLog.end(jobId))
      await applyCheckpoint(trx, job, { ...report, textEnd })
      return { outcome: 'handled', job }
    }
    const newest = await progressLog.newest(jobId)
    return { outcome: 'handled', job: await applyEnd(trx, job, report, { text, newest }) }
  }

  async #show(report: CommittedReport, job: JobRow): Promise<void> {
    const { db, redis, eventLog, offers, relay, text } = this.#parts
    const { job_id: jobId, user_id: userId } = job
    relay.nudge([userChannel(userId), jobChannel(jobId)])
    const attempt = report.attempt ?? job.attempt
    if (attempt <= job.attempt && !runsUnder(job, attempt)) {
      // First, so that a worker that goes on all the same shows nothing to anybody.
      await eventLog.closeFence(jobId, userId, attempt)
      await redis.publish(endedChannel(jobId), String(attempt))
      if (isTerminalState(job.state) && job.text_key !== null) await text.expire(jobId)
    } else if (report.kind === 'checkpoint') {
      await offers.showCheckpoint(jobId, await lastCheckpoint(db, jobId))
    }
  }
}

function runsUnder(job: JobRow, attempt: number | undefined): boolean {
  return job.state === 'running' && (attempt ?? job.attempt) === job.attempt
}

/** False for a report that was remembered before. */
async function remember(trx: Transaction<Database>, { jobId, reportId }: CommittedReport): Promise<boolean> {
  const added = await trx
    .insertInto('job_reports')
    .values({ job_id: jobId, report_id: reportId })
    .onConflict((conflict) => conflict.doNothing())
    .returning('report_id')
    .executeTakeFirst()
  return added !== undefined
}
