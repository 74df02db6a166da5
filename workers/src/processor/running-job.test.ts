import type { Attempt } from '@headway/jobs'
import { describe, expect, it } from 'vitest'
import type { AbortKind, JobAbortedError } from './abort-reason.ts'
import { RunningJob } from './running-job.ts'

function abortedBy(...kinds: AbortKind[]): RunningJob {
  const job = new RunningJob({ lost: new AbortController().signal } as Attempt)
  for (const kind of kinds) job.abort(kind)
  return job
}

describe('RunningJob', () => {
  it('stops for the first reason', () => {
    expect(abortedBy('cancelled', 'timeout').abortKind).toBe('cancelled')
    expect(abortedBy('stopping', 'preempted').abortKind).toBe('stopping')
    expect(abortedBy('timeout', 'preempted', 'cancelled').abortKind).toBe('timeout')
  })

  it.each<AbortKind>(['cancelled', 'timeout', 'lost', 'reported'])(
    'has its end by what comes later (%s) where it was only to give way (J41)',
    (kind) => {
      const job = abortedBy('preempted', kind, 'preempted')
      expect(job.abortKind).toBe(kind)
      // Its operation has heard of the first one, and hears once.
      expect((job.signal.reason as JobAbortedError).kind).toBe('preempted')
    },
  )

  it.each<AbortKind>(['stopping', 'browser-lost'])('still gives way when %s comes later', (kind) => {
    expect(abortedBy('preempted', kind).abortKind).toBe('preempted')
  })
})
