import type { Logger } from '@headway/event-log'
import type { AbortKind } from './abort-reason.ts'
import type { Outcome, RunEnd } from './decide-outcome.ts'

interface EndedRun {
  outcome: Outcome
  end: RunEnd
  abortKind: AbortKind | undefined
}

/** Says what became of a job. A warning is for what somebody may want to look into; a stop in order is none. */
export function logOutcome(logger: Logger, { outcome, end, abortKind }: EndedRun): void {
  const err = end.kind === 'threw' ? end.error : undefined
  switch (outcome.kind) {
    case 'complete':
      logger.info({}, 'job completed')
      return
    case 'cancel':
      logger.info({}, 'job cancelled')
      return
    case 'park':
      logger.info({ question: outcome.question.name }, 'job waits for an answer')
      return
    case 'fail':
      logger.warn({ err, code: outcome.failure.code, retryable: outcome.failure.retryable }, 'job failed')
      return
    case 'requeue':
      if (abortKind === 'stopping') {
        logger.info({}, 'job goes back to the queue, since this worker is stopping')
        return
      }
      if (abortKind === 'preempted') {
        logger.info({}, 'job gives way to a more urgent one and goes back to the queue')
        return
      }
      logger.warn({ err, reason: outcome.reason, delayMs: outcome.delayMs }, 'job goes back to the queue')
      return
    case 'leave':
      if (abortKind === 'reported') {
        logger.info({}, 'attempt has ended by the report of its worker')
        return
      }
      logger.warn({}, 'attempt has lost its job; another one goes on with it')
      return
    default:
      outcome satisfies never
  }
}
