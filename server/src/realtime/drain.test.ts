import { expect, it } from 'vitest'
import { batchSize } from './drain.ts'

it.each([
  ['few sockets go at once', 50, 10_000, 1],
  ['some go in batches of 50', 300, 10_000, 6],
  ['many share the time that there is', 2_000, 10_000, 40],
  ['very many go in larger batches', 20_000, 10_000, 40],
  ['little time means large batches', 2_000, 1_000, 4],
  ['no time means all at once', 2_000, 0, 1],
])('%s', (_what, sockets, overMs, batches) => {
  expect(Math.ceil(sockets / batchSize(sockets, overMs))).toBe(batches)
})
