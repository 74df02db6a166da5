import type { JobState, StepStatus } from './job-states.ts'

/** A part of a job that runs once. */
export interface StepView {
  name: string
  index: number
  status: StepStatus
  durationMs: number | null
}

/** A file that a job has made; `size` is in bytes. */
export interface ArtifactView {
  artifactId: string
  name: string
  contentType: string
  /** In bytes. */
  size: number
}

/** What a job waits to be told: `schema` is the JSON Schema of an answer. */
export interface QuestionView {
  name: string
  prompt: string
  /** JSON Schema of the answer. */
  schema: Record<string, unknown>
}

/** A job as REST and `subscribe:job` show it to its owner. Times are ISO-8601 UTC. */
export interface JobView {
  jobId: string
  operationType: string
  state: JobState
  version: number
  /** 0 to 100. */
  progress: number
  /** `n` of the progress message that `progress` and `label` come from; 0 before the first. */
  progressN: number
  label: string
  /** How often a worker has claimed the job. */
  attempt: number
  /** A cancel was asked for and the worker has not ended yet. */
  cancelRequested: boolean
  input: Record<string, unknown>
  result: unknown
  error: string | null
  errorCode: string | null
  steps: StepView[]
  question: QuestionView | null
  artifacts: ArtifactView[]
  /** Length of the job's text in UTF-8 bytes. */
  textEnd: number
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
}
