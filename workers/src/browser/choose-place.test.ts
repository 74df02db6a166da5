import { describe, expect, it } from 'vitest'
import { choosePlace } from './choose-place.ts'

const size = { maxBrowsers: 2, contextsPerBrowser: 3 }
const slot = (active: number, isRetired = false) => ({ active, isRetired })

describe('choosePlace', () => {
  it('starts a browser where there is none', () => {
    expect(choosePlace([], size)).toBe('start')
  })

  it('takes an idle browser before it starts another', () => {
    const idle = slot(0)
    expect(choosePlace([slot(1), idle], size)).toBe(idle)
    expect(choosePlace([idle], size)).toBe(idle)
  })

  it('spreads over as many browsers as there may be, then fills up the emptiest', () => {
    expect(choosePlace([slot(1)], size)).toBe('start')
    const emptier = slot(1)
    expect(choosePlace([slot(2), emptier], size)).toBe(emptier)
  })

  it('gives no lease to a browser that only waits for its last ones, and starts another in its place', () => {
    expect(choosePlace([slot(2, true), slot(1)], size)).toBe('start')
    expect(choosePlace([slot(0, true)], size)).toBe('start')
  })

  it('never goes beyond the contexts of a browser', () => {
    expect(choosePlace([slot(3)], { ...size, maxBrowsers: 1 })).toBe('full')
  })

  it('never goes beyond the contexts of the pool, those of retired browsers included', () => {
    expect(choosePlace([slot(3, true), slot(3)], size)).toBe('full')
    expect(choosePlace([slot(3, true), slot(2)], size)).toBe('start')
  })

  it('never has more than twice its browsers, however long the last leases of retired ones take', () => {
    const serving = slot(1)
    expect(choosePlace([slot(1, true), slot(1, true), slot(1, true), serving], size)).toBe(serving)
    expect(
      choosePlace(
        [1, 1, 1, 1].map((active) => slot(active, true)),
        size,
      ),
    ).toBe('full')
  })
})
