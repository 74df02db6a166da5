import type { Failure } from '@headway/jobs'
import { FinalError, RetryableError } from '../errors.ts'

/** Longest time that an operation may put off its next attempt: 30 days. */
const LONGEST_WAIT_MS = 30 * 24 * 3_600_000

/** What an error of an operation means for its job. */
export interface Classified extends Failure {
  /** Earliest time for another attempt, from now. */
  retryAfterMs: number
}

/**
 * Turns whatever an operation threw into words and a decision. Only an error marked as final is: what is unknown may be a
 * network or a page that is better next time.
 */
export function classifyError(thrown: unknown): Classified {
  const error = wordsOf(thrown)
  if (thrown instanceof FinalError) return { error, code: thrown.code, retryable: false, retryAfterMs: 0 }
  if (thrown instanceof RetryableError) {
    // Not a number counts as none, and no time is so far away that it can't be kept.
    const retryAfterMs = Math.min(thrown.retryAfterMs || 0, LONGEST_WAIT_MS)
    return { error, code: thrown.code, retryable: true, retryAfterMs }
  }
  return { error, code: codeOf(thrown), retryable: true, retryAfterMs: 0 }
}

/** Not everything that is thrown has words: without any, a job could neither fail nor be tried again. */
function wordsOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown)
  } catch {
    return 'The operation threw something without words.'
  }
}

/** Our own errors have codes in lower case; those of Node (ECONNRESET) say nothing to the job's owner. */
function codeOf(thrown: unknown): string {
  const isOwn =
    thrown instanceof Error &&
    'code' in thrown &&
    typeof thrown.code === 'string' &&
    /^[a-z_]+$/.test(thrown.code)
  return isOwn ? String(thrown.code) : 'operation_failed'
}
