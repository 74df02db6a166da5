import { UnexpectedReplyError } from './errors.ts'
import type { AppendOutcome } from './event-log.ts'

/**
 * Why Redis did not take a message: its memory is full (`oom`), it is a replica (`readonly`), it can't write its own
 * disk (`misconf`), or it can't be reached (`away`).
 */
export type PublishRefusal = 'oom' | 'readonly' | 'misconf' | 'away' | 'other'

/** Is told what becomes of appends, for metrics. Called on the hot path: count, and do nothing else. */
export interface EventLogObserver {
  /** The script has answered; `durationMs` is what the caller waited for it. */
  onAppend(outcome: AppendOutcome['outcome'], durationMs: number): void
  /** Nothing was appended, or the answer did not come. */
  onRefused(refusal: PublishRefusal): void
}

const REPLIES: readonly [RegExp, PublishRefusal][] = [
  [/\bOOM\b/, 'oom'],
  [/\bREADONLY\b/, 'readonly'],
  [/\bMISCONF\b/, 'misconf'],
]

/** Names the reason of a failed append. Redis tells it in words only, at the front or from within a script. */
export function refusalOf(error: unknown): PublishRefusal {
  if (!(error instanceof Error)) return 'other'
  const known = REPLIES.find(([pattern]) => pattern.test(error.message))?.[1]
  if (known) return known
  return error.name === 'ReplyError' || error instanceof UnexpectedReplyError ? 'other' : 'away'
}
