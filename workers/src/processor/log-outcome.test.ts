import { expect, it } from 'vitest'
import { JobAbortedError, type AbortKind } from './abort-reason.ts'
import type { Outcome } from './decide-outcome.ts'
import { logOutcome } from './log-outcome.ts'

const REQUEUED: Outcome = { kind: 'requeue', reason: 'worker-lost', failure: false, delayMs: 0 }

function levelOf(outcome: Outcome, error: Error, abortKind?: AbortKind): string[] {
  const levels: string[] = []
  const note = (level: string) => () => void levels.push(level)
  const logger = { debug: note('debug'), info: note('info'), warn: note('warn'), error: note('error') }
  logOutcome(logger, { outcome, end: { kind: 'threw', error }, abortKind })
  return levels
}

it('is no warning when a worker that stops in order gives its job back', () => {
  expect(levelOf(REQUEUED, new JobAbortedError('stopping'), 'stopping')).toEqual(['info'])
})

it('is no warning when a job gives way to a more urgent one', () => {
  const preempted: Outcome = { ...REQUEUED, reason: 'preempted' }
  expect(levelOf(preempted, new JobAbortedError('preempted'), 'preempted')).toEqual(['info'])
})

it('warns of an attempt that failed and is tried again', () => {
  const retried: Outcome = { kind: 'requeue', reason: 'retry', failure: true, delayMs: 1_000 }
  expect(levelOf(retried, new Error('The page could not be opened.'))).toEqual(['warn'])
})
