import { describe, expect, it } from 'vitest'
import {
  decideHold,
  offeredAt,
  OFFER_CHECK_MS,
  SILENCE_AFTER_OUTAGE_MS,
  type Sighting,
} from './hold-decision.ts'

const OFFERED: Sighting = { isFenceKnown: true, worker: undefined, isAlive: false }
const TAKEN: Sighting = { isFenceKnown: true, worker: 'a', isAlive: true }
const SILENT: Sighting = { isFenceKnown: true, worker: 'a', isAlive: false }
const FORGOTTEN: Sighting = { isFenceKnown: false, worker: undefined, isAlive: false }

/** The actions after each sighting, a second apart. */
function actions(...sightings: Sighting[]): string[] {
  let state = offeredAt(0)
  return sightings.map((seen, index) => {
    const decision = decideHold(state, seen, (index + 1) * 1_000)
    state = decision.state
    return decision.action
  })
}

describe('decideHold', () => {
  it('starts the clock once, when a worker has it', () => {
    expect(actions(OFFERED, TAKEN, TAKEN, TAKEN)).toEqual(['none', 'start-clock', 'none', 'none'])
  })

  it('gives up when the worker falls silent', () => {
    expect(actions(TAKEN, TAKEN, TAKEN, TAKEN, SILENT).at(-1)).toBe('give-up')
  })

  it('gives a worker a moment between taking an attempt and its first sign', () => {
    expect(actions(SILENT, SILENT, SILENT, SILENT)).toEqual(['start-clock', 'none', 'none', 'give-up'])
  })

  it('never gives up on an offer that nobody takes, and looks for it now and then', () => {
    const seen = Array.from({ length: 12 }, () => OFFERED)
    expect(actions(...seen).filter((action) => action !== 'none')).toEqual(['check-offer', 'check-offer'])
    expect(OFFER_CHECK_MS).toBe(5_000)
  })

  it('is patient with a worker that an outage has kept from saying anything', () => {
    const silence = Array.from({ length: SILENCE_AFTER_OUTAGE_MS / 1_000 }, () => SILENT)
    expect(actions(TAKEN, 'away', ...silence).at(-1)).toBe('give-up')
    expect(actions(TAKEN, 'away', ...silence).slice(0, -1)).not.toContain('give-up')
    expect(actions(TAKEN, 'away', SILENT, TAKEN, SILENT)).toEqual([
      'start-clock',
      'none',
      'none',
      'none',
      'none',
    ])
  })

  it('tells a Redis again that has forgotten an offer, and begins anew where it has forgotten the work', () => {
    expect(actions(FORGOTTEN, TAKEN)).toEqual(['restore', 'start-clock'])
    expect(actions(TAKEN, FORGOTTEN)).toEqual(['start-clock', 'begin-anew'])
  })
})
