import { describe, expect, it } from 'vitest'
import { suspect, type Look, type Suspicion } from './suspicion.ts'

const INTERVAL_MS = 1_000
const idle = { waiting: 3, taken: 7, hasFreeSlot: true }

/** What is thought after looks at these times, each like an idle worker beside waiting turns unless it says otherwise. */
function after(...looks: (Partial<Look> & { atMs: number })[]): Suspicion | undefined {
  return looks.reduce<Suspicion | undefined>(
    (before, look) => suspect(before, { ...idle, ...look }, INTERVAL_MS),
    undefined,
  )
}

describe('suspect', () => {
  it('grows while turns wait beside a free slot and none is taken', () => {
    expect(after({ atMs: 0 }, { atMs: 1_000 }, { atMs: 2_000 })).toEqual({
      sinceMs: 0,
      lastLookMs: 2_000,
      taken: 7,
    })
  })

  it.each<[string, Partial<Look>]>([
    ['nothing waits', { waiting: 0 }],
    ['the worker is full', { hasFreeSlot: false }],
    ['the queue can not be asked', { waiting: undefined }],
  ])('ends when %s', (_, look) => {
    expect(after({ atMs: 0 }, { atMs: 1_000, ...look })).toBeUndefined()
    expect(after({ atMs: 0 }, { atMs: 1_000, ...look }, { atMs: 2_000 })).toMatchObject({ sinceMs: 2_000 })
  })

  it('begins anew when a turn was taken between two looks', () => {
    expect(after({ atMs: 0 }, { atMs: 1_000, taken: 8 })).toMatchObject({ sinceMs: 1_000, taken: 8 })
  })

  it('begins anew after a time in which nobody has looked', () => {
    expect(after({ atMs: 0 }, { atMs: 3_000 })).toMatchObject({ sinceMs: 0 })
    expect(after({ atMs: 0 }, { atMs: 3_001 })).toMatchObject({ sinceMs: 3_001 })
  })
})
