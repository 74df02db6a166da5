import { describe, expect, it } from 'vitest'
import { JOB_STATES, JOB_TRANSITIONS, canTransition, isTerminalState } from './job-states.ts'

describe('job states', () => {
  it('lets only a resume leave a terminal state, and nothing leave completed', () => {
    for (const state of JOB_STATES.filter(isTerminalState)) {
      expect(JOB_TRANSITIONS[state].every((next) => next === 'queued')).toBe(true)
    }
    expect(JOB_TRANSITIONS.completed).toEqual([])
  })

  it('can reach every state from created', () => {
    const reached = new Set(['created'])
    for (const from of reached) {
      for (const to of JOB_TRANSITIONS[from as keyof typeof JOB_TRANSITIONS]) reached.add(to)
    }
    expect([...reached].toSorted()).toEqual([...JOB_STATES].toSorted())
  })

  it('refuses what the table does not name', () => {
    expect(canTransition('completed', 'queued')).toBe(false)
    expect(canTransition('created', 'running')).toBe(false)
    expect(canTransition('failed', 'queued')).toBe(true)
  })
})
