import type { Logger, ProgressLog, TextLog } from '@headway/event-log'
import { isTerminalState, type ArtifactView, type JobView, type StepView } from '@headway/events'
import type { Kysely } from 'kysely'
import type { Database, JobRow } from '../database/database.ts'
import { toJobView, type JobParts } from './job-view.ts'

/** Makes views of jobs: one query for all their steps, one for all their artifacts, one round to Redis. */
export class JobViews {
  readonly #db: Kysely<Database>
  readonly #progressLog: Pick<ProgressLog, 'newest'>
  readonly #textLog: Pick<TextLog, 'read'>
  readonly #logger: Logger

  constructor(parts: {
    db: Kysely<Database>
    progressLog: Pick<ProgressLog, 'newest'>
    textLog: Pick<TextLog, 'read'>
    logger: Logger
  }) {
    this.#db = parts.db
    this.#progressLog = parts.progressLog
    this.#textLog = parts.textLog
    this.#logger = parts.logger
  }

  async one(row: JobRow): Promise<JobView> {
    const [view] = await this.all([row])
    return view!
  }

  async all(rows: readonly JobRow[]): Promise<JobView[]> {
    if (rows.length === 0) return []
    const jobIds = rows.map((row) => row.job_id)
    const [steps, artifacts, live] = await Promise.all([
      this.#stepsOf(jobIds),
      this.#artifactsOf(jobIds),
      Promise.all(rows.map((row) => this.#liveOf(row))),
    ])
    return rows.map((row, index) =>
      toJobView(row, {
        steps: steps.get(row.job_id) ?? [],
        artifacts: artifacts.get(row.job_id) ?? [],
        ...live[index],
      }),
    )
  }

  async #stepsOf(jobIds: readonly string[]): Promise<Map<string, StepView[]>> {
    const rows = await this.#db
      .selectFrom('job_steps')
      .where('job_id', 'in', jobIds)
      .select(['job_id', 'name', 'index', 'status', 'duration_ms'])
      .orderBy('index')
      .execute()
    return groupByJob(rows, ({ name, index, status, duration_ms: durationMs }) => ({
      name,
      index,
      status,
      durationMs,
    }))
  }

  async #artifactsOf(jobIds: readonly string[]): Promise<Map<string, ArtifactView[]>> {
    const rows = await this.#db
      .selectFrom('job_artifacts')
      .where('job_id', 'in', jobIds)
      .select(['job_id', 'artifact_id', 'name', 'content_type', 'size'])
      .orderBy('created_at')
      .orderBy('artifact_id')
      .execute()
    return groupByJob(rows, ({ artifact_id: artifactId, name, content_type: contentType, size }) => ({
      artifactId,
      name,
      contentType,
      size,
    }))
  }

  /** What only Redis knows of a job that a worker has had. Without Redis the view shows what Postgres knows. */
  async #liveOf(row: JobRow): Promise<Pick<JobParts, 'newest' | 'liveTextEnd'>> {
    if (row.attempt === 0 || row.state === 'completed') return {}
    const isTextStored = isTerminalState(row.state) && row.text_key !== null
    try {
      const [newest, text] = await Promise.all([
        this.#progressLog.newest(row.job_id),
        isTextStored ? undefined : this.#textLog.read(row.job_id, 0, 0),
      ])
      return { newest, liveTextEnd: text?.exists ? text.end : undefined }
    } catch (error) {
      this.#logger.debug({ err: error, jobId: row.job_id }, 'A job is shown without what Redis knows of it')
      return {}
    }
  }
}

function groupByJob<TRow extends { job_id: string }, TView>(
  rows: readonly TRow[],
  toView: (row: TRow) => TView,
): Map<string, TView[]> {
  const groups = new Map<string, TView[]>()
  for (const row of rows) {
    const group = groups.get(row.job_id)
    if (group === undefined) groups.set(row.job_id, [toView(row)])
    else group.push(toView(row))
  }
  return groups
}
