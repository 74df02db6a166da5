import type { JobSnapshot } from '@headway/client'
import type { JobState, JobView } from '@headway/events'

export interface JobProgress extends JobSnapshot {
  /** Asks for the end of the job. Rejects with a `RequestError`. */
  cancel(): Promise<{ state: JobState }>
  /** Goes on after the last completed step of a failed or cancelled job. Rejects with a `RequestError`. */
  resume(): Promise<JobView>
  answer(question: string, value: unknown): Promise<void>
}

export declare function useJobProgress(jobId: string): JobProgress
