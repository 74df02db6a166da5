import type {
  ArtifactView,
  JobState,
  JobView,
  MessageOf,
  QuestionView,
  StepView,
  WorkflowEventType,
} from '@headway/events'
import type { Freshness } from './connection-store.ts'
import type { RequestError } from './errors.ts'

/** A message about a job. */
export type JobMessage = MessageOf<WorkflowEventType>

/** Everything a page shows of a job. */
export interface JobSnapshot {
  readonly jobId: string
  /** The whole job, kept up to date; undefined until its snapshot has come. */
  readonly job: JobView | undefined
  /** Known as soon as any message tells it, also before the snapshot. */
  readonly state: JobState | undefined
  /** 0 to 100. */
  readonly progress: number
  readonly label: string
  readonly steps: readonly StepView[]
  readonly text: string
  readonly artifacts: readonly ArtifactView[]
  readonly question: QuestionView | null
  readonly result: unknown
  /** Why the job failed. */
  readonly error: { code: string; message: string } | null
  /** The newest 1,000 messages, newest last; text chunks are in `text` instead. */
  readonly events: readonly JobMessage[]
  readonly freshness: Freshness
  /** Since when the value may be behind, in milliseconds since the epoch; null unless `freshness` is `stale`. */
  readonly staleSince: number | null
  /** True until the snapshot has come, or could not be had. */
  readonly isLoading: boolean
  /** Why the snapshot could not be had: `not_found` for a job that is missing or another user's. */
  readonly loadError: RequestError | null
}
