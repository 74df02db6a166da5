import type { ProgressLog, TextLog } from '@headway/event-log'
import type { Kysely } from 'kysely'
import type { Database } from '../database/database.ts'
import type { ChunkReport, ProgressReport } from './parse-report.ts'

export interface LiveParts {
  db: Kysely<Database>
  textLog: TextLog
  progressLog: ProgressLog
}

/**
 * Shows progress and text at once, past Postgres, as a worker of ours would: it is for workers that can run no script of ours. Postgres is
 * only asked who may.
 */
export async function showLive(
  parts: LiveParts,
  report: ProgressReport | ChunkReport,
): Promise<'handled' | 'refused'> {
  const { db } = parts
  const job = await db
    .selectFrom('jobs')
    .where('job_id', '=', report.jobId)
    .where('user_id', '=', report.userId)
    .where('state', '=', 'running')
    .select(['operation_type', 'attempt'])
    .executeTakeFirst()
  if (job === undefined || (report.attempt ?? job.attempt) !== job.attempt) return 'refused'
  const writer = { attempt: job.attempt, operationType: job.operation_type }
  // Without a fence Redis has forgotten the text: whoever holds the attempt puts that back before anybody writes again.
  const outcome = await write(parts, report, writer)
  return outcome === 'appended' || outcome === 'published' || outcome === 'full' ? 'handled' : 'refused'
}

async function write(
  { textLog, progressLog }: LiveParts,
  report: ProgressReport | ChunkReport,
  writer: { attempt: number; operationType: string },
): Promise<string> {
  const { jobId, userId } = report
  if (report.kind === 'chunk') {
    const { outcome } = await textLog.add(jobId, { text: report.text, once: report.reportId, ...writer })
    return outcome
  }
  const { progress, label } = report
  const { outcome } = await progressLog.publishNext({ jobId, userId, progress, label, ...writer })
  return outcome
}
