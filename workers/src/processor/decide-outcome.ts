import { DatabaseAwayError, FencedError, retryDelayMs, type Failure, type Question } from '@headway/jobs'
import type { QueuedReason } from '@headway/events'
import { BrowserBusyError } from '../browser/errors.ts'
import { FinalError, RetryableError } from '../errors.ts'
import type { AbortKind } from './abort-reason.ts'
import { classifyError } from './classify-error.ts'
import { requireJson } from './require-json.ts'

/** A job that gave way gets its turn when the other one ends; this is for when it has been very short, in milliseconds. */
const PREEMPTED_DELAY_MS = 1000

/** How the call of an operation ended. */
export type RunEnd =
  | { kind: 'returned'; result: unknown }
  | { kind: 'threw'; error: unknown }
  /** It has asked a question that nobody has answered yet. */
  | { kind: 'asked'; question: Question }
  /** It was told to stop, and had not when its grace period was over. */
  | { kind: 'ignored' }
  /** It was not called: Redis or Postgres did not let it begin. */
  | { kind: 'interrupted' }

/** What becomes of the job. */
export type Outcome =
  | { kind: 'complete'; result: unknown }
  | { kind: 'fail'; failure: Failure }
  | { kind: 'cancel' }
  | { kind: 'requeue'; reason: QueuedReason; failure: boolean; delayMs: number }
  /** The job waits for an answer. */
  | { kind: 'park'; question: Question }
  /** The job is another attempt's, or its end is written already: say nothing. */
  | { kind: 'leave' }

export interface RunFacts {
  end: RunEnd
  abortKind: AbortKind | undefined
  /** Failed attempts before this one. */
  failures: number
  maxFailures: number
  timeoutMs: number
  /** From 0 to 1, for the jitter of retries. */
  random: number
}

/** Decides what becomes of a job after its operation was called. */
export function decideOutcome({
  end,
  abortKind,
  failures,
  maxFailures,
  timeoutMs,
  random,
}: RunFacts): Outcome {
  if (end.kind === 'asked') return { kind: 'park', question: end.question }
  if (
    abortKind === 'lost' ||
    abortKind === 'reported' ||
    (end.kind === 'threw' && end.error instanceof FencedError)
  )
    return { kind: 'leave' }
  if (abortKind === 'cancelled') return { kind: 'cancel' }
  if (abortKind === 'timeout') {
    const error = `The operation did not end within ${timeoutMs} ms.`
    return { kind: 'fail', failure: { error, code: 'timeout', retryable: true } }
  }
  if (end.kind === 'returned') return completeOrFail(end.result)
  // What befalls the worker is no failure of the job.
  if (abortKind === 'stopping') return { kind: 'requeue', reason: 'worker-lost', failure: false, delayMs: 0 }
  if (abortKind === 'preempted') {
    return { kind: 'requeue', reason: 'preempted', failure: false, delayMs: PREEMPTED_DELAY_MS }
  }
  if (end.kind !== 'threw' || isOutage(end.error)) {
    return { kind: 'requeue', reason: 'worker-lost', failure: false, delayMs: retryDelayMs(1, random) }
  }
  if (end.error instanceof BrowserBusyError) {
    return { kind: 'requeue', reason: 'busy', failure: false, delayMs: retryDelayMs(1, random) }
  }
  const { retryAfterMs, ...failure } = classifyError(end.error)
  if (!failure.retryable || failures + 1 >= maxFailures) return { kind: 'fail', failure }
  const delayMs = Math.max(retryAfterMs, retryDelayMs(failures + 1, random))
  return { kind: 'requeue', reason: 'retry', failure: true, delayMs }
}

/** Our database is away, and the operation has not said that something else was wrong. */
function isOutage(error: unknown): boolean {
  if (error instanceof FinalError || error instanceof RetryableError || !(error instanceof Error))
    return false
  return error instanceof DatabaseAwayError || isOutage(error.cause)
}

function completeOrFail(result: unknown): Outcome {
  try {
    requireJson("The operation's result", result)
    return { kind: 'complete', result }
  } catch (error) {
    const { retryAfterMs: _, ...failure } = classifyError(error)
    return { kind: 'fail', failure }
  }
}
