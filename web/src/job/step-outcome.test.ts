import type { JobMessage } from '@headway/client'
import type { JobView, StepView } from '@headway/events'
import { describe, expect, it } from 'vitest'
import { isBrokenOff, stepOutcome } from './step-outcome.ts'

const step = (index: number, status: StepView['status']): StepView => ({
  name: `step-${index + 1}`,
  index,
  status,
  durationMs: null,
})

function outcomes(steps: StepView[], job: Partial<JobView>, reason?: 'retry' | 'preempted' | 'worker-lost') {
  const view = { state: 'running' as const, cancelRequested: false, ...job, steps }
  return steps.map((shown) => stepOutcome(shown, view, reason === undefined ? null : { reason }))
}

const messageOf = (type: string, payload: object) => ({ type, payload }) as unknown as JobMessage

describe('a step', () => {
  it('was stopped, and did not fail, where its job was cancelled', () => {
    const steps = [step(0, 'completed'), step(1, 'failed')]
    expect(outcomes(steps, { state: 'cancelled' })).toEqual(['completed', 'stopped'])
    expect(outcomes(steps, { cancelRequested: true })).toEqual(['completed', 'stopped'])
  })

  it('has failed where its job failed, or went on in spite of it', () => {
    expect(outcomes([step(0, 'failed')], { state: 'failed' })).toEqual(['failed'])
    expect(outcomes([step(0, 'failed'), step(1, 'completed')], { state: 'cancelled' })).toEqual([
      'failed',
      'completed',
    ])
  })

  it('was stopped where its job gave way or its worker went, and has failed where it is tried again', () => {
    const steps = [step(0, 'failed')]
    expect(outcomes(steps, { state: 'queued' }, 'preempted')).toEqual(['stopped'])
    expect(outcomes(steps, { state: 'queued' }, 'worker-lost')).toEqual(['stopped'])
    expect(outcomes(steps, { state: 'queued' }, 'retry')).toEqual(['failed'])
  })

  it('is under way only while its job runs', () => {
    expect(outcomes([step(0, 'started')], { state: 'running' })).toEqual(['started'])
    expect(outcomes([step(0, 'started')], { state: 'failed' })).toEqual(['stopped'])
  })
})

describe('the message of a failed step', () => {
  const failed = messageOf('JOB_STEP', { step: 'a', status: 'failed' })

  it.each([
    [true, [messageOf('JOB_CANCELLED', {})]],
    [true, [failed, messageOf('JOB_PROGRESS', {}), messageOf('JOB_CANCELLED', {})]],
    [true, [messageOf('JOB_QUEUED', { reason: 'preempted' })]],
    [false, [messageOf('JOB_QUEUED', { reason: 'retry' }), messageOf('JOB_CANCELLED', {})]],
    [false, [messageOf('JOB_STEP', { step: 'b', status: 'started' }), messageOf('JOB_CANCELLED', {})]],
    [false, [messageOf('JOB_FAILED', {})]],
    [false, []],
  ])('tells of one that was broken off: %s', (expected, next) => {
    expect(isBrokenOff([failed, ...next], 0)).toBe(expected)
  })
})
