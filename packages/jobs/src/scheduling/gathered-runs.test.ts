import { describe, expect, it } from 'vitest'
import { GatheredRuns } from './gathered-runs.ts'

/** A task whose runs are ended by hand, with the keys that it could not do. */
function createRuns({ maxRuns = 1, maxKeys = 10 } = {}) {
  const runs: { keys: readonly string[]; end: (left?: string[]) => void }[] = []
  const task = (keys: readonly string[]) =>
    new Promise<ReadonlySet<string>>((resolve) => {
      runs.push({ keys, end: (left = []) => resolve(new Set(left)) })
    })
  return { runs, gathered: new GatheredRuns(task, { maxRuns, maxKeys }) }
}

describe('GatheredRuns', () => {
  it('begins at once, and puts what comes meanwhile into one run', async () => {
    const { runs, gathered } = createRuns()
    const first = gathered.run(['a', 'b'])
    const others = [gathered.run(['c']), gathered.run(['d', 'c'])]
    expect(runs.map(({ keys }) => keys)).toEqual([['a', 'b']])
    runs[0]!.end()
    expect(await first).toEqual([])
    await expect.poll(() => runs.length).toBe(2)
    expect(runs[1]!.keys).toEqual(['c', 'd'])
    runs[1]!.end()
    await Promise.all(others)
    await gathered.idle()
  })

  it('begins another run for a key that is asked for while it is in one', async () => {
    const { runs, gathered } = createRuns({ maxRuns: 2 })
    void gathered.run(['a'])
    const again = gathered.run(['a', 'b'])
    expect(runs.map(({ keys }) => keys)).toEqual([['a'], ['b']])
    runs[0]!.end()
    await expect.poll(() => runs.length).toBe(3)
    expect(runs[2]!.keys).toEqual(['a'])
    runs[1]!.end()
    runs[2]!.end()
    await again
  })

  it('tells each caller which of its keys could not be done', async () => {
    const { runs, gathered } = createRuns()
    const calls = [gathered.run(['a', 'b'])]
    runs[0]!.end(['b'])
    expect(await Promise.all(calls)).toEqual([['b']])
  })

  it('puts no more keys into a run than are allowed', async () => {
    const { runs, gathered } = createRuns({ maxKeys: 2 })
    const all = gathered.run(['a', 'b', 'c'])
    runs[0]!.end()
    await expect.poll(() => runs.length).toBe(2)
    expect(runs.map(({ keys }) => keys)).toEqual([['a', 'b'], ['c']])
    runs[1]!.end()
    await all
  })
})
