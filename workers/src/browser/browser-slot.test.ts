import { describe, expect, it } from 'vitest'
import { chooseSlot } from './browser-slot.ts'

const size = { maxBrowsers: 2, contextsPerBrowser: 3 }
const slot = (active: number, isRetired = false) => ({ active, isRetired })

describe('chooseSlot', () => {
  it('starts a browser where there is none', () => {
    expect(chooseSlot([], size)).toBeUndefined()
  })

  it('takes an idle browser before it starts another', () => {
    const idle = slot(0)
    expect(chooseSlot([slot(1), idle], size)).toBe(idle)
    expect(chooseSlot([idle], size)).toBe(idle)
  })

  it('spreads over as many browsers as there may be, then fills up the emptiest', () => {
    expect(chooseSlot([slot(1)], size)).toBeUndefined()
    const emptier = slot(1)
    expect(chooseSlot([slot(2), emptier], size)).toBe(emptier)
  })

  it('does not count a browser that only waits for its last leases', () => {
    expect(chooseSlot([slot(2, true), slot(1)], size)).toBeUndefined()
    expect(chooseSlot([slot(0, true)], size)).toBeUndefined()
  })

  it('never goes beyond the contexts of a browser', () => {
    expect(chooseSlot([slot(3)], { ...size, maxBrowsers: 1 })).toBeUndefined()
  })
})
