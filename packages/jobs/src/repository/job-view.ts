import type { ArtifactView, JobView, StepView } from '@headway/events'
import type { Progress } from '@headway/event-log'
import type { JobRow } from '../database/database.ts'

/** What is not in the job's row. */
export interface JobParts {
  steps: StepView[]
  artifacts: ArtifactView[]
  /** The newest progress that was sent; the row's columns may be behind it. */
  newest?: Progress | undefined
  /** End of the text in the text log, where that holds one. */
  liveTextEnd?: number | undefined
}

export const NO_PARTS: JobParts = { steps: [], artifacts: [] }

/** The job as its owner sees it. */
export function toJobView(row: JobRow, { steps, artifacts, newest, liveTextEnd }: JobParts): JobView {
  return {
    jobId: row.job_id,
    operationType: row.operation_type,
    state: row.state,
    version: row.version,
    ...progressOf(row, newest),
    attempt: row.attempt,
    cancelRequested: row.state === 'running' && row.cancel_requested_at !== null,
    input: row.input,
    result: row.result,
    error: row.error,
    errorCode: row.error_code,
    steps,
    question: row.question,
    artifacts,
    textEnd: liveTextEnd ?? row.text_end,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  }
}

function progressOf(
  row: JobRow,
  newest: Progress | undefined,
): Pick<JobView, 'progress' | 'progressN' | 'label'> {
  const isNewer = newest?.attempt === row.attempt && newest.n > row.progress_n
  const progress = isNewer ? newest.progress : row.progress
  return {
    progress: row.state === 'completed' ? 100 : progress,
    progressN: isNewer ? newest.n : row.progress_n,
    label: waitLabel(row) ?? (isNewer ? newest.label : row.label),
  }
}

/** Why a queued job waits, in place of what it did last. */
function waitLabel({ state, exclusive, busy_count: count }: JobRow): string | undefined {
  return state === 'queued' && exclusive && count > 0 ? 'Waits for another of your jobs to end' : undefined
}
