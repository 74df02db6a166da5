import { randomUUID } from 'node:crypto'
import type { CancelledBy, JobView } from '@headway/events'

interface KeptFile {
  readonly data: Buffer
  readonly contentType: string
  readonly name: string
}

/** All that the fake server knows of a job. */
export interface KeptJob {
  readonly userId: string
  readonly view: JobView
  text: Buffer
  /** What a later attempt keeps of the text, in bytes: that of completed steps, and what was there when it asked. */
  textFloor: number
  /** By the id of the artifact. */
  readonly files: Map<string, KeptFile>
  /** Who wanted to cancel the job, and why. */
  cancel: { by: CancelledBy; reason?: string } | undefined
  /** The worker does not let go of the job when it is to be cancelled. */
  ignoresCancel: boolean
  /** Tells the answer to whoever has asked. */
  takeAnswer: ((value: unknown) => void) | undefined
}

export function newJob(userId: string, operationType: string, input: Record<string, unknown>): KeptJob {
  return {
    userId,
    text: Buffer.alloc(0),
    textFloor: 0,
    files: new Map(),
    cancel: undefined,
    ignoresCancel: false,
    takeAnswer: undefined,
    view: {
      jobId: randomUUID(),
      operationType,
      state: 'created',
      version: 1,
      progress: 0,
      progressN: 0,
      label: '',
      attempt: 0,
      cancelRequested: false,
      input,
      result: null,
      error: null,
      errorCode: null,
      steps: [],
      question: null,
      artifacts: [],
      textEnd: 0,
      createdAt: new Date().toISOString(),
      startedAt: null,
      finishedAt: null,
    },
  }
}
