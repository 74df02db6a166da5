import { expect, it } from 'vitest'
import { HeldTransients } from './held-transients.ts'

const progress = (jobId: string, n: number) =>
  JSON.stringify(['event', { type: 'JOB_PROGRESS', channel: 'user:1', payload: { jobId, n } }])

it('holds the newest of each job, in the order of their arrival', () => {
  const held = new HeldTransients()
  for (const [job, n] of [
    ['a', 1],
    ['b', 1],
    ['a', 2],
  ] as const)
    held.hold(progress(job, n))
  expect(held.take()).toEqual([progress('b', 1), progress('a', 2)])
  expect(held.take()).toEqual([])
})

it('lets go of what belongs to a channel that is not followed any more', () => {
  const held = new HeldTransients()
  held.hold(progress('a', 1))
  expect(held.take(new Set(['user:2']))).toEqual([])
})
