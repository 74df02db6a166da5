import { JOB_STATES, JOB_TRANSITIONS } from '@headway/events'
import { describe, expect, it } from 'vitest'
import { statesInto } from './transition.ts'

describe('statesInto', () => {
  it.each(JOB_STATES)('turns the table around for %s', (to) => {
    const leading = JOB_STATES.filter((from) => (JOB_TRANSITIONS[from] as readonly string[]).includes(to))
    expect(statesInto(to)).toEqual(leading)
  })

  it('names no state that leads to created', () => {
    expect(statesInto('created')).toEqual([])
  })

  it('narrows to the states asked for, and adds none', () => {
    expect(statesInto('queued', ['failed', 'cancelled', 'completed'])).toEqual(['failed', 'cancelled'])
  })
})
