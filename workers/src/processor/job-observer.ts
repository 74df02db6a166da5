import type { QueuedReason } from '@headway/events'
import type { Outcome } from './decide-outcome.ts'

/** What an attempt of a job has come to: an end of the job, the reason for which it is queued again, or the loss of the job. */
export type AttemptEnd = 'completed' | 'failed' | 'cancelled' | 'waiting' | 'lost' | QueuedReason

/** Is told what a worker does, for metrics: count, and do nothing else. */
export interface JobObserver {
  /** A turn was taken from the queue, so long after it could have been. */
  onTaken(waitedMs: number): void
  /** A job was claimed. Followed by one {@link onAttemptEnded}. */
  onAttemptStarted(operationType: string): void
  onAttemptEnded(operationType: string, end: AttemptEnd, durationMs: number): void
  /** A step has run. One that an earlier attempt has completed does not count. */
  onStep(status: 'completed' | 'failed'): void
  /** The leases of all running jobs could not be renewed; the next beat tries again. */
  onRenewalFailed(): void
}

export function attemptEndOf(outcome: Outcome): AttemptEnd {
  switch (outcome.kind) {
    case 'complete':
      return 'completed'
    case 'fail':
      return 'failed'
    case 'cancel':
      return 'cancelled'
    case 'park':
      return 'waiting'
    case 'requeue':
      return outcome.reason
    case 'leave':
      return 'lost'
    default:
      return outcome satisfies never
  }
}
