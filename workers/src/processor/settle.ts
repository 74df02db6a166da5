import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from '@headway/event-log'
import { DatabaseAwayError, FencedError, type Attempt } from '@headway/jobs'
import type { Outcome } from './decide-outcome.ts'

/** Waits between tries to write an end that Postgres does not take, in milliseconds; together less than a lease. */
const RETRY_DELAYS_MS = [100, 300, 1000, 2000, 4000]

export interface SettleOptions {
  /** Aborted when the job was told to stop: then its worker has no time for a database that is away for long. */
  signal: AbortSignal
  logger: Logger
  retryDelaysMs?: readonly number[]
}

/**
 * Writes what became of a job. A database that is away is asked until it is back, or the job is to stop: as long as nobody else has
 * been given the job, its end counts. What fails for any other reason is tried for a while; after that the lease runs out and the job is run
 * again, after its last completed step.
 */
export async function settle(
  attempt: Attempt,
  outcome: Outcome,
  { signal, logger, retryDelaysMs = RETRY_DELAYS_MS }: SettleOptions,
): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      await write(attempt, outcome)
      return
    } catch (error) {
      if (error instanceof FencedError) {
        logger.warn({ outcome: outcome.kind }, 'attempt has lost its job before its end was written')
        return
      }
      const mayWait = error instanceof DatabaseAwayError && !signal.aborted
      const waitMs = retryDelaysMs[tries] ?? (mayWait ? retryDelaysMs.at(-1) : undefined)
      if (waitMs === undefined) {
        logger.error(
          { err: error, outcome: outcome.kind },
          'the end of a job could not be written; its lease runs out',
        )
        return
      }
      logger.warn({ err: error, outcome: outcome.kind, waitMs }, 'the end of a job could not be written yet')
      await delay(waitMs)
    }
  }
}

async function write(attempt: Attempt, outcome: Outcome): Promise<void> {
  switch (outcome.kind) {
    case 'complete':
      return attempt.complete(outcome.result)
    case 'fail':
      return attempt.fail(outcome.failure)
    case 'cancel':
      return attempt.cancelled()
    case 'requeue': {
      const { reason, failure, delayMs } = outcome
      const notBefore = delayMs > 0 ? { notBefore: new Date(Date.now() + delayMs) } : {}
      return attempt.requeue(reason, { failure, ...notBefore })
    }
    case 'park':
      if (!(await attempt.park(outcome.question))) await attempt.cancelled()
      return
    case 'leave':
      return
    default:
      outcome satisfies never
  }
}
