import type { CancelledBy, JobState, QueuedReason, StepStatus } from './job-states.ts'

/** What every JOB_* payload carries. `operationType` is the kind of work; `type` is the message's own. */
export interface JobPayload {
  jobId: string
  operationType: string
}

/** A lifecycle payload: `version` is the job's version after the change, and rises by one with each. */
export interface VersionedJobPayload extends JobPayload {
  version: number
}

/** Sent in place of a value that does not fit into a message: where to read it, and its size as JSON. */
export interface ValuePointer {
  pointer: string
  bytes: number
}

/** The proof that a reader holds every byte of a job's text. Absent for a job without text. */
export interface TextSeal {
  /** Length of the whole text in UTF-8 bytes. */
  textEnd?: number
  /** SHA-256 of the whole text, as lower-case hex. */
  textSha256?: string
}

/**
 * Payload of each message type. Applications add their own by declaration merging:
 *
 * @example
 * declare module '@headway/events' {
 *   interface MessagePayloads { INVOICE_PAID: { invoiceId: string } }
 * }
 */
export interface MessagePayloads {
  JOB_CREATED: VersionedJobPayload & { state: JobState }
  JOB_QUEUED: VersionedJobPayload & {
    reason: QueuedReason
    /** ISO-8601; when the job is tried next. One that is `busy` or `preempted` is taken before it if what it waits for ends. */
    notBefore?: string
  }
  /** A worker holds the lock; nothing is acquired yet. */
  JOB_STARTED: VersionedJobPayload & { attempt: number }
  /** Resources are acquired; the handler is called next. */
  JOB_RUNNING: VersionedJobPayload & {
    attempt: number
    /** Name of the last completed step of an earlier attempt. */
    resumedFrom?: string
    /** The text was cut to this many bytes; what a reader holds beyond it belongs to a lost attempt. */
    textOffset?: number
  }
  JOB_PROGRESS: JobPayload & {
    attempt: number
    /** Counts up within an attempt, from 1: of two messages the one with the larger (attempt, n) is newer. */
    n: number
    /** 0 to 100. */
    progress: number
    label: string
  }
  JOB_STEP: JobPayload & {
    step: string
    /** From 0, in the order in which steps first ran. */
    index: number
    total?: number
    status: StepStatus
    durationMs?: number
    error?: string
  }
  JOB_CHUNK: JobPayload & {
    attempt: number
    text: string
    /** UTF-8 byte offset of `text` in the job's text. */
    offset: number
    /** UTF-8 byte offset behind `text`. */
    end: number
  }
  JOB_CHECKPOINT: JobPayload & { step: string }
  JOB_QUESTION: VersionedJobPayload & {
    /** Name of the question, unique in the job. */
    question: string
    prompt: string
    /** JSON Schema of the answer. */
    schema: Record<string, unknown>
  }
  JOB_ANSWERED: VersionedJobPayload & { question: string }
  JOB_ARTIFACT: JobPayload & {
    artifactId: string
    name: string
    contentType: string
    /** In bytes. */
    size: number
  }
  JOB_COMPLETED: VersionedJobPayload &
    TextSeal & {
      attempt: number
      /** What the operation returned, or a {@link ValuePointer} where that is too large for a message. */
      result: unknown
      durationMs: number
    }
  /** Always terminal: an automatic retry is a JOB_QUEUED. */
  JOB_FAILED: VersionedJobPayload &
    TextSeal & {
      attempt: number
      error: string
      code: string
      /** A resume may help. */
      retryable: boolean
    }
  JOB_CANCELLED: VersionedJobPayload & TextSeal & { reason?: string; by?: CancelledBy }
  JOB_RESUMED: VersionedJobPayload & { fromStep?: string }
  PENDING_CREATED: { orderIds: string[]; count: number; originId?: string }
  PENDING_UPDATED: { orderIds: string[]; count: number; originId?: string }
  PENDING_DELETED: { orderId: string; originId?: string }
  CUSTOMER_UPDATE_PROGRESS: { customerId: string; progress: number; label: string }
  CUSTOMER_UPDATED: { customerId: string }
}
