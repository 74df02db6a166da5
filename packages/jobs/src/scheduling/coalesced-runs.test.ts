import { describe, expect, it } from 'vitest'
import { CoalescedRuns } from './coalesced-runs.ts'

/** A task whose runs are ended by hand. */
function createTask() {
  const ends: ((error?: Error) => void)[] = []
  const task = () =>
    new Promise<void>((resolve, reject) => {
      ends.push((error) => (error === undefined ? resolve() : reject(error)))
    })
  return { task, ends }
}

describe('CoalescedRuns', () => {
  it('shares the next run among all who come during a run', async () => {
    const runs = new CoalescedRuns()
    const { task, ends } = createTask()
    const first = runs.run('a', task)
    const others = [runs.run('a', task), runs.run('a', task)]
    expect(ends).toHaveLength(1)
    ends[0]!()
    await first
    await expect.poll(() => ends.length).toBe(2)
    ends[1]!()
    await Promise.all(others)
    expect(ends).toHaveLength(2)
  })

  it('begins another run for a caller who comes during the second one', async () => {
    const runs = new CoalescedRuns()
    const { task, ends } = createTask()
    void runs.run('a', task)
    const second = runs.run('a', task)
    ends[0]!()
    await expect.poll(() => ends.length).toBe(2)
    const third = runs.run('a', task)
    ends[1]!()
    await second
    await expect.poll(() => ends.length).toBe(3)
    ends[2]!()
    await third
  })

  it('runs on after a failure, which only its own callers hear of', async () => {
    const runs = new CoalescedRuns()
    const { task, ends } = createTask()
    const first = runs.run('a', task)
    const second = runs.run('a', task)
    ends[0]!(new Error('away'))
    await expect(first).rejects.toThrow('away')
    await expect.poll(() => ends.length).toBe(2)
    ends[1]!()
    await second
    await runs.idle()
  })

  it('runs different keys at the same time', () => {
    const runs = new CoalescedRuns()
    const { task, ends } = createTask()
    void runs.run('a', task)
    void runs.run('b', task)
    expect(ends).toHaveLength(2)
  })
})
