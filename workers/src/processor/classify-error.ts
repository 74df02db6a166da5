import { inspect } from 'node:util'
import { describeFaults, faultsOf, type Failure } from '@headway/jobs'
import { z } from 'zod'
import { FinalError, RetryableError } from '../errors.ts'

/** Longest time that an operation may put off its next attempt: 30 days. */
const LONGEST_WAIT_MS = 30 * 24 * 3_600_000

/** A word for programs, that fits into a message, a row and a line of a log. */
const CODE = /^[A-Za-z0-9_.:-]{1,64}$/
const CODE_RULE = '1 to 64 letters, digits, underscores, dots, colons and dashes'

/** The code of an error that has none. */
const UNNAMED = 'operation_failed'

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
  if (thrown instanceof FinalError) return { ...named(error, thrown.code), retryable: false, retryAfterMs: 0 }
  if (thrown instanceof RetryableError) {
    // Not a number counts as none, and no time is so far away that it can't be kept.
    const retryAfterMs = Math.min(thrown.retryAfterMs || 0, LONGEST_WAIT_MS)
    return { ...named(error, thrown.code), retryable: true, retryAfterMs }
  }
  return { error, code: codeOf(thrown), retryable: true, retryAfterMs: 0 }
}

/** What failed counts for more than its code: one that is no word for programs is left out, and the error says so. */
function named(error: string, code: unknown): { error: string; code: string } {
  if (typeof code === 'string' && CODE.test(code)) return { error, code }
  const shown = inspect(code).slice(0, 100)
  return { error: `${error} (Its code was ${shown}; a code is ${CODE_RULE}.)`, code: UNNAMED }
}

/** Not everything that is thrown has words: without any, a job could neither fail nor be tried again. */
function wordsOf(thrown: unknown): string {
  try {
    // Its message is JSON for programmers.
    if (thrown instanceof z.core.$ZodError)
      return `A value is not valid: ${describeFaults(faultsOf(thrown))}.`
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
    /^[a-z_]{1,64}$/.test(thrown.code)
  return isOwn ? String(thrown.code) : UNNAMED
}
